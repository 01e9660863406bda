package io.github.eventgateway.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The running clients of a scenario. */
final class Load {

    private static final int LARGEST_BATCH = 100;
    private static final int RAW_PAUSE_MILLIS = 25;
    private static final int PROGRESS = 50;

    private final List<Client> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final RawProducer raw;

    private Load(RawProducer raw) {
        this.raw = raw;
    }

    static Load start(Site site, long seed, Scenario scenario) {
        List<Poison> kinds = Stream.of(Poison.values())
                .filter(kind -> site.layout().postgres() || !kind.isRefusedByTheDatabase())
                .toList();
        return start(site, seed, scenario.clients(), scenario.pauseMillis(), kinds);
    }

    static Load start(Site site, long seed, int clients, int pauseMillis, List<Poison> kinds) {
        String name = Long.toUnsignedString(seed, 36);
        Random random = new Random(seed ^ 1);
        Load load = new Load(new RawProducer(
                name + "-raw", site.directBrokers(), new Random(random.nextLong()), RAW_PAUSE_MILLIS, kinds));
        for (int i = 0; i < clients; i++) {
            load.clients.add(new Client(
                    name + "-" + i, site::gateways, new Random(random.nextLong()), pauseMillis, LARGEST_BATCH));
        }
        load.clients.forEach(client -> load.threads.add(new Thread(client, "client")));
        load.threads.add(new Thread(load.raw, "raw-producer"));
        load.threads.forEach(Thread::start);
        return load;
    }

    /** Waits for a bounded time until events are accepted, so that a fault happens during work. */
    void awaitProgress() throws InterruptedException {
        long wanted = acknowledged() + PROGRESS;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (acknowledged() < wanted && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
    }

    /** Stops the clients. They repeat a pending request at most for this time. */
    void stop(Duration limit) throws InterruptedException {
        clients.forEach(client -> client.stop(limit));
        raw.stop();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    List<Sent> sent() {
        return Stream.concat(clients.stream().map(Client::sent), Stream.of(raw.sent()))
                .flatMap(List::stream)
                .toList();
    }

    Set<String> poison() {
        return raw.poison();
    }

    Set<String> acknowledgedPoison() {
        return raw.acknowledgedPoison();
    }

    List<String> surprises() {
        return clients.stream().flatMap(client -> client.surprises().stream()).toList();
    }

    List<Client.Refusal> refusals() {
        return clients.stream().flatMap(client -> client.refusals().stream()).toList();
    }

    long slowestRefusalMillis() {
        return clients.stream().mapToLong(Client::slowestRefusalMillis).max().orElse(0);
    }

    long slowestAcceptanceMillis() {
        return clients.stream().mapToLong(Client::slowestAcceptanceMillis).max().orElse(0);
    }

    long acknowledged() {
        return clients.stream().mapToLong(Client::acknowledged).sum();
    }
}
