package io.github.eventgateway.kafka;

import org.apache.camel.component.kafka.consumer.DefaultKafkaManualCommitFactory;
import org.springframework.stereotype.Component;

/** The factory that camel-kafka uses anyway. It warns at each start if manual commits are on and no factory is set. */
@Component("manualCommits")
class ManualCommits extends DefaultKafkaManualCommitFactory {}
