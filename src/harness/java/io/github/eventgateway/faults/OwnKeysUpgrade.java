package io.github.eventgateway.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.eventgateway.faults.Verdict.Breach;
import io.github.eventgateway.faults.Verdict.Count;
import io.github.eventgateway.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Upgrades a gateway with only its data folder and generated keys. The new build must accept the tokens of the old one,
 * and continue its topics.
 *
 * @param name its name in the report
 * @param from the old build
 * @param to the new build
 */
record OwnKeysUpgrade(String name, Build from, Build to) implements Upgrade {

    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]+[.][\\w-]+[.][\\w-]+");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String OLD_DATABASE = "events.mv.db";
    private static final List<String> KEYS = List.of("signing.key", "audit.key");

    @Override
    public Verdict run(long seed) throws IOException {
        Verdict verdict = new Verdict();
        Map<String, String> environment = Map.of(
                "JWT_SECRET", "", "AUDIT_SECRET", "", "KAFKA_EMBEDDED_PORT", String.valueOf(ChildProcess.freePort()));
        try (GatewayProcess gateway = new GatewayProcess(from, environment, Map.of(), GatewayChange.NONE)) {
            start(gateway);
            Operator operator = new Operator(gateway, token(gateway));
            long before = send(operator, seed + "-before");
            List<byte[]> keys = keys(gateway);
            if (!gateway.terminate(STOP_LIMIT)) {
                verdict.breach(Breach.SLOW_STOP, from.name());
            }
            gateway.become(to);
            boolean otherDatabase = setOldRecordAside(gateway);
            start(gateway);
            if (otherDatabase && !gateway.output().contains(OLD_DATABASE)) {
                verdict.breach(Breach.FORGOTTEN, "the warning of " + OLD_DATABASE);
            }
            if (operator.get("/api/events?limit=1").status() != 200) {
                verdict.breach(Breach.FORGOTTEN, "the key of the tokens");
                return verdict;
            }
            long after = send(operator, seed + "-after");
            if (after <= before) {
                verdict.breach(Breach.FORGOTTEN, "Kafka's records: " + before + ", then " + after);
            }
            List<byte[]> kept = keys(gateway);
            for (int i = 0; i < KEYS.size(); i++) {
                if (!Arrays.equals(keys.get(i), kept.get(i))) {
                    verdict.breach(Breach.FORGOTTEN, KEYS.get(i));
                }
            }
            JsonNode audit = operator.get("/api/audit/verify").data();
            if (!audit.path("valid").asBoolean()) {
                verdict.breach(Breach.FORGOTTEN, "the audit trail: " + audit);
            }
            verdict.count(Count.FAULTS, 1);
            verdict.count(Count.ACKNOWLEDGED, 2);
            verdict.count(Count.STORED, 2);
            return verdict;
        }
    }

    /**
     * Follows docs/troubleshooting.md: a database file that this build does not read has its own audit trail and its
     * own anchor.
     */
    private static boolean setOldRecordAside(GatewayProcess gateway) throws IOException {
        Path data = gateway.folder().resolve("data");
        boolean old = Files.exists(data.resolve(OLD_DATABASE));
        if (old) {
            Files.deleteIfExists(data.resolve("audit.anchor"));
        }
        return old;
    }

    private static void start(GatewayProcess gateway) {
        gateway.launch();
        gateway.awaitReady();
    }

    /** Sends an event, and waits until it is stored; returns its offset. */
    private static long send(Operator operator, String id) {
        JsonNode taken = operator.post("/api/events", new Sent(id, Sent.USER_EVENTS, "one-key").json())
                .good();
        operator.awaitStored(id);
        return taken.path("offset").asLong();
    }

    private static String token(GatewayProcess gateway) {
        Matcher found = TOKEN.matcher(gateway.output());
        if (!found.find()) {
            throw new IllegalStateException("No token is told: " + gateway.output());
        }
        return found.group();
    }

    private static List<byte[]> keys(GatewayProcess gateway) throws IOException {
        Path data = gateway.folder().resolve("data");
        return List.of(Files.readAllBytes(data.resolve(KEYS.get(0))), Files.readAllBytes(data.resolve(KEYS.get(1))));
    }
}
