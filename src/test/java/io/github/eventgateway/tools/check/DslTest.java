package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.catalog.DefaultCamelCatalog;
import org.junit.jupiter.api.Test;

class DslTest {

    private final Dsl dsl = new Dsl(new DefaultCamelCatalog(true));

    @Test
    void functionsOfTheSimpleLanguageAreNamedWithoutTheirArguments() {
        assertThat(dsl.simpleFunctions())
                .contains("body", "header", "hash", "date", "properties", "substringAfter", "uuid")
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("\\w+"));
    }

    @Test
    void theLanguagesAreTheKeysBelowExpression() {
        assertThat(dsl.isLanguage("simple")).isTrue();
        assertThat(dsl.isLanguage("method")).isTrue();
        assertThat(dsl.isLanguage("language")).isTrue();
        assertThat(dsl.isLanguage("expression")).isFalse();
        assertThat(dsl.isLanguage("body")).isFalse();
    }

    @Test
    void aStepNeedsAnExpressionIfItsModelRequiresOne() {
        assertThat(dsl.needsExpression("setBody")).isTrue();
        assertThat(dsl.needsExpression("loop")).isTrue();
        assertThat(dsl.needsExpression("onWhen")).isFalse();
        assertThat(dsl.needsExpression("log")).isFalse();
    }
}
