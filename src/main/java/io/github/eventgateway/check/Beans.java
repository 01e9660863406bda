package io.github.eventgateway.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.Method;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.SimpleBeanDefinitionRegistry;
import org.springframework.context.annotation.AnnotationBeanNameGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.util.ClassUtils;

/** The beans that routes can name, by their names. Immutable. */
public final class Beans {

    /** Those that Spring Boot makes, as far as a route may want them. */
    private static final Map<String, Class<?>> OF_BOOT = Map.of(
            "jacksonObjectMapper", ObjectMapper.class,
            "jdbcTemplate", JdbcTemplate.class,
            "namedParameterJdbcTemplate", NamedParameterJdbcTemplate.class);

    private final Map<String, Class<?>> types;

    public Beans(Map<String, Class<?>> types) {
        this.types = Map.copyOf(types);
    }

    /** The components below the package of this class, and those in the same place; no context is started. */
    public static Beans scan(Class<?> application) {
        Map<String, Class<?>> types = new HashMap<>(OF_BOOT);
        var names = AnnotationBeanNameGenerator.INSTANCE;
        var registry = new SimpleBeanDefinitionRegistry();
        for (BeanDefinition definition : new ClassPathScanningCandidateComponentProvider(true)
                .findCandidateComponents(application.getPackageName())) {
            Class<?> type = ClassUtils.resolveClassName(definition.getBeanClassName(), application.getClassLoader());
            if (isBeside(type, application)) {
                types.put(names.generateBeanName(definition, registry), type);
                Arrays.stream(type.getDeclaredMethods()).forEach(method -> addMade(method, types));
            }
        }
        return new Beans(types);
    }

    private static boolean isBeside(Class<?> type, Class<?> application) {
        CodeSource one = type.getProtectionDomain().getCodeSource();
        CodeSource other = application.getProtectionDomain().getCodeSource();
        return one != null && other != null && one.getLocation().equals(other.getLocation());
    }

    private static void addMade(Method method, Map<String, Class<?>> types) {
        Bean bean = method.getAnnotation(Bean.class);
        if (bean != null) {
            String[] names = bean.value().length > 0 ? bean.value() : bean.name();
            types.put(names.length > 0 ? names[0] : method.getName(), method.getReturnType());
        }
    }

    /** All names, to find the nearest. */
    Set<String> names() {
        return types.keySet();
    }

    Optional<Class<?>> type(String name) {
        return Optional.ofNullable(types.get(name));
    }
}
