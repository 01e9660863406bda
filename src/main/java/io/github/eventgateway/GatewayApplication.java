package io.github.eventgateway;

import io.github.eventgateway.api.FatalErrors;
import io.github.eventgateway.database.DatabaseUrl;
import io.github.eventgateway.startup.StartFailure;
import io.github.eventgateway.tools.check.StartCheck;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;

/**
 * The gateway's entry point: starts the Camel routes of the folder {@code routes/} and the HTTP server in front of them.
 * Spring's support for multipart forms is excluded, because it reads the body of each request before any handler, and
 * holds a server thread until the body has arrived.
 */
@SpringBootApplication(exclude = MultipartAutoConfiguration.class)
@ConfigurationPropertiesScan
public class GatewayApplication {

    public static void main(String[] args) {
        if (Commands.isCommand(args)) {
            System.exit(Commands.run(args));
        }
        FatalErrors.watchThreads();
        try {
            checked().run(args);
        } catch (SpringApplication.AbandonedRunException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            FatalErrors.endOn(e);
            // It has been reported; threads of what was started would keep the process.
            System.exit(1);
        }
    }

    /**
     * A gateway that is not running yet. Its start fails with {@link io.github.eventgateway.api.StartupException} where its settings,
     * its routes or its schemas are wrong, and says so in one sentence on standard error.
     */
    public static SpringApplication checked() {
        SpringApplication gateway = new SpringApplication(GatewayApplication.class);
        gateway.setBannerMode(Banner.Mode.OFF);
        gateway.addInitializers(context -> {
            StartFailure.requireSettings(context.getEnvironment());
            DatabaseUrl.require(context.getEnvironment().getProperty("gateway.database.url", ""));
            StartFailure.requireRoutes(context.getEnvironment());
            StartCheck.require(context.getEnvironment());
        });
        return gateway;
    }
}
