package io.github.eventgateway.kafka;

import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommitFactory;
import org.springframework.stereotype.Component;

/** Sets the default factory of camel-kafka. Without it camel-kafka warns at each start if manual commits are on. */
@Component("manualCommits")
class ManualCommits extends DefaultKafkaManualCommitFactory {}
