# It needs BuildKit (RUN --mount), which Docker builds with from Docker Engine 23.0 on.
# --- The jar ----------------------------------------------------------------------------------------------------------
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY src src
RUN --mount=type=cache,target=/m2 mvn -B -Dmaven.repo.local=/m2 -Dmaven.test.skip=true -Dspotless.check.skip=true package

# --- The jar in layers: a change of the code leaves the layer of the libraries as it is ----------------------------------
FROM eclipse-temurin:25-jre AS layers
WORKDIR /layers
COPY --from=build /build/target/event-gateway.jar app.jar
RUN java -Djarmode=tools -jar app.jar extract --layers --destination out

# --- The gateway --------------------------------------------------------------------------------------------------------
FROM eclipse-temurin:25-jre
WORKDIR /app
# What the embedded broker and database keep, and the anchors of the audit trail: mount a volume here.
RUN mkdir -m 700 data && chown 10001:10001 data
COPY --from=layers /layers/out/dependencies/ ./
COPY --from=layers /layers/out/spring-boot-loader/ ./
COPY --from=layers /layers/out/snapshot-dependencies/ ./
COPY --from=layers /layers/out/application/ ./
# Beside the jar and not in it, so that a volume can take their place.
COPY application.yaml ./
COPY routes routes
# A number, so that a platform that demands a user other than root can see that it is one.
USER 10001:10001
EXPOSE 8080
# By bash, since a base image need not have curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${MANAGEMENT_PORT:-9876} && printf 'GET /observe/health/live HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["java", "--sun-misc-unsafe-memory-access=allow", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "app.jar"]
