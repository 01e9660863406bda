package io.github.eventgateway.embedded;

import java.nio.file.Path;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** Locks the data folder before any bean exists, if an embedded part needs it. */
class DataDirectoryInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String BEAN = "dataDirectory";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Environment settings = context.getEnvironment();
        String directory = settings.getProperty("gateway.data-directory");
        if (directory == null || !EmbeddedDefaults.of(settings).any()) {
            return;
        }
        DataDirectory data = DataDirectory.lock(Path.of(directory));
        DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
        // Beans are destroyed in the reverse order of their registration, so this one is destroyed last.
        beans.registerDisposableBean(BEAN, data);
    }
}
