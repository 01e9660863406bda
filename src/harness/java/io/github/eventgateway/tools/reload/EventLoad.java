package io.github.eventgateway.tools.reload;

import io.github.eventgateway.testing.Call;
import io.github.eventgateway.testing.Gateway;
import io.github.eventgateway.testing.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Clients that send events, query events, and write invalid records at a steady rate, and remember every answer. */
final class EventLoad {

    private static final int ASK_EVERY = 20;
    private static final int RUBBISH_EVERY = 200;
    private static final int FEW = 20;

    private final Gateway gateway;
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> rubbish = new ConcurrentLinkedQueue<>();
    private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;

    private EventLoad(Gateway gateway) {
        this.gateway = gateway;
    }

    static EventLoad start(Gateway gateway, int clients, int eventsPerSecond) {
        EventLoad load = new EventLoad(gateway);
        long pause = Duration.ofSeconds(1).toNanos() * clients / eventsPerSecond;
        for (int i = 0; i < clients; i++) {
            load.threads.add(new Thread(() -> load.run(pause), "client-" + i));
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    void stop() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Returns the ids of the events that were answered 202. */
    List<String> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Returns the wrong answers, the first few completely. */
    List<String> failures() {
        return failures.stream().limit(FEW).toList();
    }

    /** Returns the values of the invalid records. */
    List<String> rubbish() {
        return List.copyOf(rubbish);
    }

    int requests() {
        return requests.get();
    }

    long failed() {
        return failures.size();
    }

    /** Returns the longest latency without this share of the slowest requests. */
    Duration slowestBut(double share) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1L, (long) (sorted.length * share))]);
    }

    private void run(long pause) {
        long due = System.nanoTime();
        while (!stopping) {
            int number = next.incrementAndGet();
            send("load-" + number, number);
            if (number % ASK_EVERY == 0) {
                expect(gateway.call("GET", "/api/events?limit=1"), 200);
            }
            if (number % RUBBISH_EVERY == 0) {
                sendRubbish("rubbish " + number);
            }
            due += pause;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private void sendRubbish(String value) {
        rubbish.add(value);
        try {
            gateway.records().send(new ProducerRecord<>("user_events", value.getBytes(StandardCharsets.UTF_8)));
        } catch (RuntimeException e) {
            failures.add(value + ": " + e);
        }
    }

    private void send(String id, int number) {
        String data = number % 3 == 0
                ? "{\"service\": \"s-%d\", \"message\": \"something\"}".formatted(number % 7)
                : "{\"user_id\": \"u-%d\", \"username\": \"someone\", \"ip\": \"10.0.0.1\", \"action\": \"update\"}"
                        .formatted(number % 50);
        String event = "{\"id\": \"%s\", \"type\": \"%s\", \"data\": %s}"
                .formatted(id, number % 3 == 0 ? "system_info" : "user_update", data);
        boolean isBatch = number % 10 == 0;
        Call call = isBatch
                ? gateway.call("POST", "/api/events/batch").json("[" + event + "]")
                : gateway.call("POST", "/api/events").json(event);
        if (expect(call, 202)) {
            acknowledged.add(id);
        }
    }

    private boolean expect(Call call, int status) {
        requests.incrementAndGet();
        long start = System.nanoTime();
        try {
            Reply reply = call.sendUnheld();
            nanos.add(System.nanoTime() - start);
            if (reply.status() == status) {
                return true;
            }
            failures.add(reply.toString());
        } catch (RuntimeException e) {
            failures.add(e.toString() + " " + e.getCause());
        }
        return false;
    }
}
