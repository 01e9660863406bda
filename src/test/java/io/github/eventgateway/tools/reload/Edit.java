package io.github.eventgateway.tools.reload;

import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.camel.Route;

/** The kinds of edits. Each has a visible effect and can be repeated. */
enum Edit {
    A_ROUTE {
        @Override
        void make(EditedGateway gateway, int number) {
            boolean plain = gateway.text(PUBLISH).contains("expression: events.accepted");
            gateway.edit(
                    PUBLISH,
                    plain ? "expression: events.accepted" : "expression: ok",
                    plain ? "expression: ok" : "expression: events.accepted");
            String wanted = plain ? "获取成功" : "已接收";
            gateway.await(name(), () -> gateway.gateway()
                    .call("POST", "/api/events")
                    .json(event(number))
                    .sendUnheld()
                    .message()
                    .contains(wanted));
        }
    },
    A_MISTAKE {
        @Override
        void make(EditedGateway gateway, int number) {
            String good = gateway.text(PUBLISH);
            String[] mistakes = {
                good + "- route:\n    id: unfinished-" + number + "\n    from:\n",
                good.replace("removeHeaders:", "removeHeadders:"),
                good.replace("ref: eventPublication", "ref: eventPublicatoin"),
                good.replace("linger-ms}}", "lingers-ms}}"),
                good.replace("- id: post-event\n", "- id: post-event\n   what is this\n")
            };
            int before = gateway.rejections();
            gateway.save(PUBLISH, mistakes[number % mistakes.length]);
            gateway.await(name(), () -> gateway.rejections() > before);
            gateway.save(PUBLISH, good);
        }
    },
    A_VERB_GOES_AND_COMES {
        @Override
        void make(EditedGateway gateway, int number) {
            String all = gateway.text(PUBLISH);
            int verb = all.indexOf("      - id: post-typed-event");
            int end = all.indexOf("- route:", verb);
            gateway.save(PUBLISH, all.substring(0, verb) + all.substring(end));
            gateway.await(name(), () -> typed(gateway, number) == 405);
            gateway.save(PUBLISH, all);
            gateway.await(name(), () -> typed(gateway, number) == 202);
        }

        private static int typed(EditedGateway gateway, int number) {
            return gateway.gateway()
                    .call("POST", "/api/events/user_login")
                    .json("{\"user_id\": \"typed-%d\", \"username\": \"someone\"}".formatted(number))
                    .sendUnheld()
                    .status();
        }
    },
    A_FILE_COMES_AND_GOES {
        @Override
        void make(EditedGateway gateway, int number) {
            String file = "say-hello-%d.camel.yaml".formatted(number);
            gateway.save(file, HELLO.formatted(number));
            gateway.await(name(), () -> hello(gateway, number) == 200);
            gateway.delete(file);
            gateway.await(name(), () -> hello(gateway, number) == 404 && gateway.route("say-hello-" + number) == null);
        }

        private static int hello(EditedGateway gateway, int number) {
            return gateway.gateway()
                    .call("GET", "/api/hello/" + number)
                    .sendUnheld()
                    .status();
        }
    },
    AN_ID {
        @Override
        void make(EditedGateway gateway, int number) {
            String id = "publish-typed-event";
            gateway.edit(PUBLISH, "    id: " + id + "\n", "    id: " + id + "-" + number + "\n");
            gateway.await(name(), () -> gateway.route(id + "-" + number) != null && gateway.route(id) == null);
            gateway.edit(PUBLISH, "    id: " + id + "-" + number + "\n", "    id: " + id + "\n");
            gateway.await(name(), () -> gateway.route(id) != null && gateway.route(id + "-" + number) == null);
        }
    },
    A_SCHEMA {
        @Override
        void make(EditedGateway gateway, int number) {
            String schema = "schemas/user_logout.schema.json";
            String good = gateway.text(schema);
            gateway.save(schema, good.replaceFirst("\"required\": *\\[", "\"required\": [\"why\", "));
            gateway.await(name(), () -> logout(gateway, number) == 422);
            gateway.save(schema, good);
            gateway.await(name(), () -> logout(gateway, number) == 202);
        }

        private static int logout(EditedGateway gateway, int number) {
            return gateway.gateway()
                    .post(
                            "/api/events/user_logout",
                            "{\"user_id\": \"logout-%d\", \"username\": \"someone\"}".formatted(number))
                    .status();
        }
    },
    A_TEMPLATE {
        @Override
        void make(EditedGateway gateway, int number) {
            exchanges(
                    name(),
                    gateway,
                    "store-events.camel.yaml",
                    "id: store",
                    number,
                    "store-user-events",
                    "store-system-logs");
        }
    },
    A_TEMPLATE_OF_ANOTHER_FILE {
        @Override
        void make(EditedGateway gateway, int number) {
            exchanges(
                    name(),
                    gateway,
                    "handle-events.camel.yaml",
                    "id: handle",
                    number,
                    "alert-on-errors",
                    "dead-letter-event");
        }
    },
    A_TEMPLATED_ROUTE {
        @Override
        void make(EditedGateway gateway, int number) {
            Route old = gateway.route(ALERT);
            String good = gateway.text(ALERT_FILE);
            gateway.save(ALERT_FILE, good.replace("value: system_error", "value: system_error,system_info"));
            gateway.await(name(), () -> gateway.route(ALERT) != null && gateway.route(ALERT) != old);
            Route other = gateway.route(ALERT);
            gateway.save(ALERT_FILE, good);
            gateway.await(name(), () -> gateway.route(ALERT) != null && gateway.route(ALERT) != other);
        }
    },
    A_POLICY {
        @Override
        void make(EditedGateway gateway, int number) {
            exchanges(
                    name(),
                    gateway,
                    "error-policy.camel.yaml",
                    "id: retry-then-read-again",
                    number,
                    "store-user-events",
                    "store-dead-letters-system-logs",
                    "alert-on-errors");
        }
    },
    THE_POLICY_OF_ALL {
        @Override
        void make(EditedGateway gateway, int number) {
            exchanges(
                    name(),
                    gateway,
                    "error-policy.camel.yaml",
                    "- routeConfiguration:",
                    number,
                    "publish-event",
                    "store-user-events",
                    "list-topics");
        }
    },
    THE_DEAD_LETTER_ROUTE {
        @Override
        void make(EditedGateway gateway, int number) {
            exchanges(
                    name(),
                    gateway,
                    "dead-letter-records.camel.yaml",
                    "id: dead-letter-records",
                    number,
                    "dead-letter-records");
        }
    };

    /** The type with the edited schema. Its events can be accepted with one schema and stored with another one. */
    static final String CHECKED_ANEW = "user_logout";

    private static final String ALERT = "alert-on-errors";
    private static final String ALERT_FILE = "alert-on-errors.camel.yaml";
    private static final String PUBLISH = "publish-events.camel.yaml";
    private static final String HELLO = """
            - rest:
                id: hello-api-%1$d
                path: /api/hello
                get:
                  - id: get-hello-%1$d
                    path: /%1$d
                    security:
                      - key: none
                    to:
                      uri: direct:say-hello-%1$d
            - route:
                id: say-hello-%1$d
                description: In - nothing. Out - a greeting. It does not fail.
                from:
                  uri: direct:say-hello-%1$d
                  steps:
                    - setBody:
                        expression:
                          constant:
                            expression: hello
            """;

    /** Makes the edit, and waits until it has an effect. */
    abstract void make(EditedGateway gateway, int number);

    /** An event that no client of the load sends. */
    private static String event(int number) {
        return "{\"id\": \"edit-%d\", \"type\": \"user_login\", \"data\": {\"user_id\": 1, \"username\": \"editor\", \"ip\": \"10.0.0.1\", \"action\": \"login\"}}"
                .formatted(number);
    }

    /** Changes the description of the first such element. Its only effect is that these routes are exchanged. */
    private static void exchanges(
            String name, EditedGateway gateway, String file, String element, int number, String... ids) {
        Route[] old = new Route[ids.length];
        for (int i = 0; i < ids.length; i++) {
            old[i] = gateway.route(ids[i]);
        }
        String text = gateway.text(file);
        gateway.save(
                file,
                text.replaceFirst(
                        "(?s)(" + Pattern.quote(element) + "\n.*?description: )(No\\. \\d+\\. )?",
                        "$1No. %d. ".formatted(number)));
        gateway.await(name, () -> IntStream.range(0, ids.length)
                .allMatch(i -> gateway.route(ids[i]) != null && gateway.route(ids[i]) != old[i]));
    }
}
