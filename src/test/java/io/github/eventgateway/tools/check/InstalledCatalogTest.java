package io.github.eventgateway.tools.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalogue describes the installed parts in their version. */
class InstalledCatalogTest {

    private final CamelCatalog catalog = new InstalledCatalog();
    private final String running = new DefaultCamelContext().getVersion();

    @Test
    void itHasTheVersionOfTheRunningCamel() {
        assertThat(catalog.getCatalogVersion()).isEqualTo(running);
        assertThat(catalog.getLoadedVersion()).isEqualTo(running);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "http", "https", "platform-http", "jdbc", "direct", "bean", "rest", "log"})
    void aComponentIsDescribedInTheRunningVersion(String name) {
        assertThat(catalog.componentModel(name).getVersion()).isEqualTo(running);
    }

    @Test
    void languagesAndDataFormatsAreDescribedInTheRunningVersion() {
        assertThat(catalog.languageModel("simple").getVersion()).isEqualTo(running);
        assertThat(catalog.languageModel("exchangeProperty").getVersion()).isEqualTo(running);
        assertThat(catalog.dataFormatModel("jackson").getVersion()).isEqualTo(running);
    }

    @Test
    void partsThatAreNotInstalledAreKnownByTheCatalogue() {
        assertThat(InstalledCatalog.isInstalled("component", "smtp")).isFalse();
        assertThat(catalog.findComponentNames()).contains("smtp", "kafka");
        assertThat(catalog.componentModel("smtp").getVersion())
                .isEqualTo(new DefaultCamelCatalog().getCatalogVersion());
        assertThat(catalog.findLanguageNames()).contains("simple", "groovy");
        assertThat(catalog.findDataFormatNames()).contains("jackson", "csv");
    }
}
