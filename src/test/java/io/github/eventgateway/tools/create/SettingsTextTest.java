package io.github.eventgateway.tools.create;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Inserting lines into application.yaml changes nothing else. */
class SettingsTextTest {

    private static final String TEXT = """
            # a comment
            topics:
              one:   # odd  blanks
                types:
                  - a   # the first
                  - b
              # of the next
              two:
                types: []
              three:
                types: [c]
            """;

    private static String added(String topic) {
        SettingsText text = new SettingsText(TEXT);
        text.addItem("new", "types", "topics", topic);
        return text.text();
    }

    @Test
    void anItemGoesToTheEndOfItsList() {
        assertThat(added("one")).isEqualTo(TEXT.replace("      - b\n", "      - b\n      - new\n"));
    }

    @Test
    void anEmptyListGetsItsFirstItem() {
        assertThat(added("two")).isEqualTo(TEXT.replace("    types: []\n", "    types:\n      - new\n"));
    }

    @Test
    void aListInOneLineStaysInOneLine() {
        assertThat(added("three")).isEqualTo(TEXT.replace("[c]", "[c, new]"));
    }

    @Test
    void aBlockIsIndentedAsItsNeighboursAre() {
        SettingsText text = new SettingsText(TEXT);
        text.append("four:\n  types: []\n", "topics");

        assertThat(text.text()).isEqualTo(TEXT + "  four:\n    types: []\n");
    }

    @Test
    void aBlockFollowsASimilarOne() {
        SettingsText text = new SettingsText(TEXT);
        text.appendAfter("one", "four: x\n", "topics");

        assertThat(text.text()).isEqualTo(TEXT.replace("      - b\n", "      - b\n\n  four: x\n"));
    }

    @Test
    void lineEndsStayThoseOfTheFile() {
        SettingsText text = new SettingsText(TEXT.replace("\n", "\r\n"));
        text.addItem("new", "types", "topics", "one");

        assertThat(text.text().replace("\r\n", "")).doesNotContain("\n", "\r");
    }
}
