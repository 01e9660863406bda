package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class VerbTableTest {

    private final VerbTable table = new VerbTable();

    private VerbConsumer add(String method, String path, String... scopes) {
        VerbConsumer handler = mock();
        Verb.Access access = new Verb.Access(scopes.length == 0, Set.of(scopes));
        table.add(new Verb(method, table.pattern(path), access, Set.of(), Set.of(), List.of(), false, false, handler));
        return handler;
    }

    private VerbTable.Match match(String method, String path) {
        return table.match(new MockHttpServletRequest(method, path));
    }

    @Test
    void thePathWithoutVariablesWinsWhateverTheOrder() {
        VerbConsumer one = add("GET", "/api/things/{id}");
        VerbConsumer all = add("GET", "/api/things/all");

        assertThat(match("GET", "/api/things/all").verb().handler()).isSameAs(all);
        assertThat(match("GET", "/api/things/7").verb().handler()).isSameAs(one);
        assertThat(match("GET", "/api/things/7").variables()).containsEntry("id", "7");
    }

    @Test
    void aVariableIsDecodedAndIsOneSegment() {
        add("GET", "/api/things/{id}");

        assertThat(match("GET", "/api/things/a%20b").variables()).containsEntry("id", "a b");
        assertThat(match("GET", "/api/things/a/b").verb()).isNull();
        assertThat(match("GET", "/api/things/").verb()).isNull();
    }

    @Test
    void anUnsupportedMethodDiffersFromAnUnknownPath() {
        add("GET", "/api/things");
        add("POST", "/api/things");

        assertThat(match("DELETE", "/api/things").allowed()).containsExactly("GET", "POST");
        assertThat(match("GET", "/api/thing").allowed()).isEmpty();
    }

    @Test
    void thePathOfALiteralAndAPatternServesTheMethodsOfBoth() {
        VerbConsumer post = add("POST", "/api/things/{type}");
        add("GET", "/api/things/all");

        assertThat(match("POST", "/api/things/all").verb().handler()).isSameAs(post);
    }

    @Test
    void headIsServedAsGet() {
        VerbConsumer get = add("GET", "/api/things");

        assertThat(match("HEAD", "/api/things").verb().handler()).isSameAs(get);
    }

    @Test
    void aVerbWhoseRouteStoppedIsGone() {
        VerbConsumer handler = add("GET", "/api/things");

        table.remove(handler);

        assertThat(match("GET", "/api/things").verb()).isNull();
    }

    @Test
    void whileItIsHeld_changesAreInvisible_andThenVisibleAtOnce() {
        VerbConsumer old = add("GET", "/api/things");
        table.hold();
        table.remove(old);
        VerbConsumer fresh = add("GET", "/api/things");
        add("GET", "/api/more");

        assertThat(match("GET", "/api/things").verb().handler()).isSameAs(old);
        assertThat(match("GET", "/api/more").verb()).isNull();

        table.release();

        assertThat(match("GET", "/api/things").verb().handler()).isSameAs(fresh);
        assertThat(match("GET", "/api/more").verb()).isNotNull();
    }

    @Test
    void theScopesBelongToTheMatchingVerb() {
        add("GET", "/api/things/{id}", "things:read");
        add("GET", "/api/things/open");

        assertThat(table.requiredScopes(new MockHttpServletRequest("GET", "/api/things/7")))
                .containsExactly("things:read");
        assertThat(table.requiredScopes(new MockHttpServletRequest("GET", "/api/things/open")))
                .isNull();
        assertThat(table.requiredScopes(new MockHttpServletRequest("GET", "/nothing")))
                .isNull();
    }
}
