package io.github.eventgateway;

import io.github.eventgateway.check.CheckCommand;
import io.github.eventgateway.check.StartCheck;
import io.github.eventgateway.create.NewCommand;
import io.github.eventgateway.security.TokenCommand;
import io.github.eventgateway.startup.StartFailure;
import java.util.Arrays;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The gateway's entry point: starts the Camel routes of the folder {@code routes/} and the HTTP server in front of them. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("token")) {
            System.exit(TokenCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        if (args.length > 0 && args[0].equals("check")) {
            System.exit(CheckCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        if (args.length > 0 && args[0].equals("new")) {
            System.exit(NewCommand.run(Arrays.copyOfRange(args, 1, args.length)));
        }
        SpringApplication gateway = new SpringApplication(GatewayApplication.class);
        gateway.setBannerMode(Banner.Mode.OFF);
        gateway.addInitializers(context -> {
            StartFailure.requireSettings(context.getEnvironment());
            StartFailure.requireRoutes(context.getEnvironment());
            StartCheck.require(context.getEnvironment());
        });
        try {
            gateway.run(args);
        } catch (SpringApplication.AbandonedRunException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            // It has been reported; threads of what was started would keep the process.
            System.exit(1);
        }
    }
}
