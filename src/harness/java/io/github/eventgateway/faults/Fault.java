package io.github.eventgateway.faults;

import io.github.eventgateway.testing.BrokerProcess;
import io.github.eventgateway.testing.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** The faults. Each has ended when {@link #inflict} returns. Two faults of the same target never overlap. */
enum Fault {
    KILL_GATEWAY(Target.GATEWAY) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            GatewayProcess gateway = any(site.gateways(), random);
            gateway.kill();
            sleep(random.nextInt(3000));
            gateway.launch();
            gateway.awaitReady();
        }
    },
    FREEZE_GATEWAY_PAST_SESSION(Target.GATEWAY) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            freeze(any(site.gateways(), random), Site.SESSION_TIMEOUT_MS + 1000 + random.nextInt(3000));
        }
    },
    FREEZE_GATEWAY_PAST_MAX_POLL(Target.GATEWAY) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            freeze(any(site.gateways(), random), Site.MAX_POLL_INTERVAL_MS + 1000 + random.nextInt(3000));
        }
    },
    TERMINATE_GATEWAY(Target.GATEWAY) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            GatewayProcess gateway = any(site.gateways(), random);
            terminate(gateway, verdict);
            gateway.launch();
            gateway.awaitReady();
        }
    },
    SECOND_GATEWAY_COMES_AND_GOES(Target.GATEWAY) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            GatewayProcess second = site.newGateway();
            second.launch();
            second.awaitReady();
            site.gateways().add(second);
            sleep(2000 + random.nextInt(4000));
            if (random.nextBoolean()) {
                terminate(second, verdict);
            } else {
                second.kill();
            }
            site.gateways().remove(second);
            second.close();
        }

        @Override
        boolean isPossible(Site.Layout layout) {
            return layout.postgres();
        }
    },
    KILL_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            BrokerProcess broker = any(site.brokers(), random);
            broker.kill();
            sleep(random.nextInt(5000));
            broker.restart();
        }
    },
    /** The system property {@code faults.outage} sets its length in seconds. */
    LONG_BROKER_OUTAGE(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            GatewayProcess gateway = site.gateways().get(0);
            sleep(15_000);
            long before = gateway.resources();
            site.brokers().get(0).kill();
            sleep(OUTAGE_MILLIS);
            long during = gateway.resources();
            site.brokers().get(0).restart();
            sleep(15_000);
            long after = gateway.resources();
            if (Math.max(during, after) > before + LEAK) {
                verdict.breach(
                        Verdict.Breach.LEAK,
                        "threads and files before %d, in the end %d, after %d".formatted(before, during, after));
            }
        }

        @Override
        boolean isEveryday() {
            return false;
        }
    },
    FREEZE_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            BrokerProcess broker = any(site.brokers(), random);
            broker.freeze();
            sleep(2000 + random.nextInt(Site.SESSION_TIMEOUT_MS + 4000));
            broker.thaw();
        }
    },
    MOVE_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.move(random.nextInt(site.brokers().size()));
        }
    },
    FREEZE_BROKER_PAST_MAX_POLL(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            BrokerProcess broker = any(site.brokers(), random);
            broker.freeze();
            sleep(Site.MAX_POLL_INTERVAL_MS + 1000 + random.nextInt(3000));
            broker.thaw();
        }
    },
    DELAY_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            Duration delay = Duration.ofMillis(20 + random.nextInt(400));
            site.brokerProxies().forEach(proxy -> proxy.delay(delay));
            sleep(2000 + random.nextInt(4000));
            site.brokerProxies().forEach(TcpProxy::heal);
        }
    },
    CUT_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            for (int cuts = 1 + random.nextInt(8); cuts > 0; cuts--) {
                any(site.brokerProxies(), random).cut();
                sleep(random.nextInt(500));
            }
        }
    },
    HALF_CLOSE_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                any(site.brokerProxies(), random).halfClose();
                sleep(random.nextInt(500));
            }
        }
    },
    SWALLOW_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            swallow(any(site.brokerProxies(), random), random);
        }
    },
    REFUSE_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            refuse(any(site.brokerProxies(), random), random);
        }
    },
    /** A record with a wrong checksum makes a poll throw. */
    GARBLE_BROKER(Target.BROKER) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                any(site.brokerProxies(), random).garble(1 + random.nextInt(3));
                sleep(1000 + random.nextInt(3000));
            }
            site.brokerProxies().forEach(TcpProxy::heal);
        }
    },
    DEAD_LETTER_TOPIC_OUT_OF_REACH(Target.DEAD_LETTER_TOPIC) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            requireReplicas(site, "4");
            sleep(3000 + random.nextInt(12_000));
            requireReplicas(site, site.brokers().size() == 1 ? "1" : "2");
        }
    },
    KILL_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.postgres().kill();
            sleep(random.nextInt(6000));
            site.postgres().restart();
        }
    },
    FREEZE_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.postgres().freeze();
            sleep(2000 + random.nextInt(Site.SESSION_TIMEOUT_MS + 2000));
            site.postgres().thaw();
        }
    },
    FREEZE_DATABASE_PAST_MAX_POLL(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.postgres().freeze();
            sleep(Site.MAX_POLL_INTERVAL_MS + 1000 + random.nextInt(5000));
            site.postgres().thaw();
        }
    },
    /** The system property {@code faults.outage} sets its length in seconds. */
    LONG_DATABASE_OUTAGE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.postgres().kill();
            sleep(OUTAGE_MILLIS);
            site.postgres().restart();
        }

        @Override
        boolean isEveryday() {
            return false;
        }
    },
    FILL_DISK_OF_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.postgres().fillDisk();
            sleep(2000 + random.nextInt(10_000));
            site.postgres().emptyDisk();
        }

        @Override
        boolean isPossible(Site.Layout layout) {
            return layout.database() == Site.Database.POSTGRESQL_ON_SMALL_DISK;
        }
    },
    /** Many callers query the frozen database. Events must be accepted and the status must be answered. */
    FREEZE_DATABASE_UNDER_CALLERS(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.postgres().freeze();
            try {
                Callers.call(site.gateways().get(0), verdict);
            } finally {
                site.postgres().thaw();
            }
        }

        @Override
        boolean isAlone() {
            return true;
        }
    },
    /** Simulates a failover: connections that are opened during the fault remain read-only. */
    READ_ONLY_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
            site.databaseProxy().cut();
            sleep(3000 + random.nextInt(5000));
            site.execute("ALTER DATABASE postgres RESET default_transaction_read_only");
        }
    },
    /** Retention removes a full month while events are stored. */
    REMOVE_MONTH(Target.MONTHS) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            new MonthRemoval(site.attachMonth(MonthRemoval.ROWS), site.database(), verdict).run();
        }

        @Override
        boolean isEveryday() {
            return false;
        }

        @Override
        boolean isPossible(Site.Layout layout) {
            return layout.postgres();
        }
    },
    /** No row can satisfy it, so it is not the fault of a row. */
    TABLE_REFUSES_ALL(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.execute("ALTER TABLE event ADD CONSTRAINT nothing CHECK (type IS NULL) NOT VALID");
            sleep(2000 + random.nextInt(4000));
            site.execute("ALTER TABLE event DROP CONSTRAINT nothing");
        }
    },
    /** No row can satisfy this either. */
    TABLE_REQUIRES_MORE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.execute("ALTER TABLE event ADD COLUMN more text NOT NULL DEFAULT ''");
            site.execute("ALTER TABLE event ALTER COLUMN more DROP DEFAULT");
            sleep(2000 + random.nextInt(4000));
            site.execute("ALTER TABLE event DROP COLUMN more");
        }
    },
    DELAY_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            site.databaseProxy().delay(Duration.ofMillis(20 + random.nextInt(300)));
            sleep(2000 + random.nextInt(4000));
            site.databaseProxy().heal();
        }
    },
    CUT_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            for (int cuts = 1 + random.nextInt(20); cuts > 0; cuts--) {
                site.databaseProxy().cut();
                sleep(random.nextInt(300));
            }
        }
    },
    HALF_CLOSE_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            for (int times = 1 + random.nextInt(8); times > 0; times--) {
                site.databaseProxy().halfClose();
                sleep(random.nextInt(300));
            }
        }
    },
    SWALLOW_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            swallow(site.databaseProxy(), random);
        }
    },
    REFUSE_DATABASE(Target.DATABASE) {
        @Override
        void inflict(Site site, Random random, Verdict verdict) {
            refuse(site.databaseProxy(), random);
        }
    };

    private static final long OUTAGE_MILLIS = 1000 * Long.getLong("faults.outage", 600);
    private static final long LEAK = 60;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    /** The target of a fault. */
    enum Target {
        GATEWAY,
        BROKER,
        DEAD_LETTER_TOPIC,
        DATABASE,
        MONTHS
    }

    private final Target target;

    Fault(Target target) {
        this.target = target;
    }

    Target target() {
        return target;
    }

    /** Returns whether this layout has a target for the fault. */
    boolean isPossible(Site.Layout layout) {
        return target != Target.DATABASE || layout.postgres();
    }

    /** Returns whether it is short enough for a mixture of faults. */
    boolean isEveryday() {
        return true;
    }

    /**
     * Returns whether it must not overlap with any other fault, because it tests a promise that another fault would
     * break.
     */
    boolean isAlone() {
        return false;
    }

    /** Causes the fault for a random time, and ends it. Blocks. */
    abstract void inflict(Site site, Random random, Verdict verdict);

    /** Returns all selected faults that are possible. */
    static List<Fault> all(Site.Layout layout, Predicate<Fault> wanted) {
        return Stream.of(values())
                .filter(fault -> fault.isPossible(layout) && wanted.test(fault))
                .toList();
    }

    static <T> T any(List<T> some, Random random) {
        return some.get(random.nextInt(some.size()));
    }

    private static void freeze(GatewayProcess gateway, int millis) {
        gateway.freeze();
        sleep(millis);
        gateway.thaw();
    }

    private static void terminate(GatewayProcess gateway, Verdict verdict) {
        if (!gateway.terminate(STOP_LIMIT)) {
            verdict.breach(Verdict.Breach.SLOW_STOP, "still there after " + STOP_LIMIT);
            gateway.kill();
        }
    }

    private static void swallow(TcpProxy proxy, Random random) {
        proxy.swallow();
        sleep(1000 + random.nextInt(Site.SESSION_TIMEOUT_MS + 4000));
        proxy.heal();
    }

    private static void refuse(TcpProxy proxy, Random random) {
        proxy.refuse();
        sleep(1000 + random.nextInt(Site.SESSION_TIMEOUT_MS + 4000));
        proxy.heal();
    }

    /** A topic that requires more in-sync replicas than exist rejects all records. */
    private static void requireReplicas(Site site, String count) {
        AlterConfigOp change = new AlterConfigOp(
                new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, count), AlterConfigOp.OpType.SET);
        for (int attempt = 1; ; attempt++) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", site.directBrokers()))) {
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, Sent.USER_EVENTS + ".dlq"),
                                List.of(change),
                                new ConfigResource(ConfigResource.Type.TOPIC, Sent.SYSTEM_LOGS + ".dlq"),
                                List.of(change)))
                        .all()
                        .get();
                return;
            } catch (ExecutionException e) {
                if (attempt == 5) {
                    throw new IllegalStateException(e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
