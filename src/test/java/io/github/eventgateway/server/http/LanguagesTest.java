package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguagesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | zh",
                "'' | zh",
                "* | zh",
                "en | en",
                "EN-us | en",
                "en-GB,zh;q=0.5 | en",
                "zh-CN,en;q=0.8 | zh",
                "fr | zh",
                "fr,en;q=0.1 | en",
                "en;q=0.2,zh;q=0.9 | zh",
                "de,*;q=0.5 | zh",
                "en;q=nonsense | zh",
                "\u0000 | zh",
                ";;;,,, | zh"
            })
    void theAnswerIsChineseUnlessTheCallerPrefersEnglish(String header, String language) {
        assertThat(Languages.of(header).getLanguage()).isEqualTo(language);
    }

    @Test
    void aVeryLongHeaderIsIgnored() {
        assertThat(Languages.of("en," + "x,".repeat(100_000)).getLanguage()).isEqualTo("zh");
    }
}
