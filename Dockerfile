# The base images are named by their versions. docs/hardening.md says how to pin them by their digests.
# It needs BuildKit (RUN --mount), the default from Docker Engine 23.0 on.
# --- The jar ----------------------------------------------------------------------------------------------------------
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY src src
RUN --mount=type=cache,target=/m2 mvn -B -Dmaven.repo.local=/m2 -Dmaven.test.skip=true -Dspotless.check.skip=true package

# --- The jar in layers: a change of the code does not change the layer of the libraries ----------------------------------
FROM eclipse-temurin:25-jre AS layers
WORKDIR /layers
COPY --from=build /build/target/event-gateway.jar app.jar
RUN java -Djarmode=tools -jar app.jar extract --layers --destination out

# --- The gateway --------------------------------------------------------------------------------------------------------
FROM eclipse-temurin:25-jre
WORKDIR /app
# The data of the embedded broker and database, and the anchors of the audit trail: mount a volume here.
RUN mkdir -m 700 data && chown 10001:10001 data
COPY --from=layers /layers/out/dependencies/ ./
COPY --from=layers /layers/out/spring-boot-loader/ ./
COPY --from=layers /layers/out/snapshot-dependencies/ ./
COPY --from=layers /layers/out/application/ ./
# Outside of the jar, so that a volume can replace them.
COPY application.yaml ./
COPY routes routes
# A number, because a platform that forbids root cannot check a name.
USER 10001:10001
EXPOSE 8080
# With bash, because the base image may have no curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_PORT:-9876} && printf 'GET /observe/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["java", "--sun-misc-unsafe-memory-access=allow", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]
