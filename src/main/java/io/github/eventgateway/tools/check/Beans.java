package io.github.eventgateway.tools.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.SimpleBeanDefinitionRegistry;
import org.springframework.context.annotation.AnnotationBeanNameGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.context.annotation.ScannedGenericBeanDefinition;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.MethodMetadata;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.util.ClassUtils;

/** The beans that routes can use, by name. Immutable. */
public final class Beans {

    /** The beans of Spring Boot that a route may need. */
    private static final Map<String, Class<?>> OF_BOOT = Map.of(
            "jacksonObjectMapper", ObjectMapper.class,
            "jdbcTemplate", JdbcTemplate.class,
            "namedParameterJdbcTemplate", NamedParameterJdbcTemplate.class);

    private final Map<String, Supplier<Class<?>>> types;

    private Beans(Map<String, Supplier<Class<?>>> types) {
        this.types = Map.copyOf(types);
    }

    /** Returns the beans with these names. */
    static Beans of(Map<String, Class<?>> types) {
        Map<String, Supplier<Class<?>>> all = new HashMap<>();
        types.forEach((name, type) -> all.put(name, () -> type));
        return new Beans(all);
    }

    /**
     * Finds the components in this package and below, in the folder or jar of this class. It starts no context. It
     * loads a class only when a route uses its bean.
     */
    static Beans scan(String packageName) {
        Map<String, Supplier<Class<?>>> types = new HashMap<>(of(OF_BOOT).types);
        ClassLoader loader = Beans.class.getClassLoader();
        String place = place(Beans.class);
        var names = AnnotationBeanNameGenerator.INSTANCE;
        var registry = new SimpleBeanDefinitionRegistry();
        for (BeanDefinition found :
                new ClassPathScanningCandidateComponentProvider(true).findCandidateComponents(packageName)) {
            if (found instanceof ScannedGenericBeanDefinition component && isBelow(place, component)) {
                types.put(names.generateBeanName(component, registry), type(component.getBeanClassName(), loader));
                component
                        .getMetadata()
                        .getAnnotatedMethods(Bean.class.getName())
                        .forEach(method -> types.put(name(method), type(method.getReturnTypeName(), loader)));
            }
        }
        return new Beans(types);
    }

    /** Returns the root of the packages of this class: a folder, or a jar, which may be nested in another. */
    private static String place(Class<?> application) {
        String file = "/" + ClassUtils.convertClassNameToResourcePath(application.getName()) + ".class";
        String url = application.getResource(file).toString();
        return url.substring(0, url.length() - file.length());
    }

    private static boolean isBelow(String place, ScannedGenericBeanDefinition component) {
        try {
            return component.getResource().getURL().toString().startsWith(place + "/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Supplier<Class<?>> type(String name, ClassLoader loader) {
        return () -> ClassUtils.resolveClassName(name, loader);
    }

    private static String name(MethodMetadata method) {
        AnnotationAttributes bean = AnnotationAttributes.fromMap(method.getAnnotationAttributes(Bean.class.getName()));
        String[] names = bean.getStringArray("name");
        return names.length > 0 ? names[0] : method.getMethodName();
    }

    /** Returns all names, to find similar ones. */
    Set<String> names() {
        return types.keySet();
    }

    Optional<Class<?>> type(String name) {
        return Optional.ofNullable(types.get(name)).map(Supplier::get);
    }
}
