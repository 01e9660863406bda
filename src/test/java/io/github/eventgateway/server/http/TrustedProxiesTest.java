package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.eventgateway.api.IpAddress;
import io.github.eventgateway.api.StartupException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    private final TrustedProxies proxies =
            new TrustedProxies(new Networks(List.of("10.0.0.0/8", "192.0.2.7", "2001:db8::/33")));

    private String caller(String... headers) {
        return proxies.caller(Collections.enumeration(List.of(headers)));
    }

    @Test
    void theLastUntrustedAddressIsTheCaller() {
        assertThat(caller("203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(caller("1.1.1.1, 203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(caller("1.1.1.1", "203.0.113.9, 10.1.2.3", "192.0.2.7")).isEqualTo("203.0.113.9");
        assertThat(caller("2001:db8:8000::1, 2001:db8:7fff::1")).isEqualTo("2001:db8:8000::1");
        assertThat(caller("203.0.113.9, 192.0.2.8")).isEqualTo("192.0.2.8");
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7:51234, 203.0.113.7",
        "[2001:db8:8000::7]:443, 2001:db8:8000::7",
        "[2001:db8:8000::7], 2001:db8:8000::7",
        "2001:DB8:8000:0:0:0:0:7, 2001:db8:8000::7",
        "::ffff:203.0.113.7, 203.0.113.7",
        "[::ffff:203.0.113.7]:443, 203.0.113.7",
        "fe80::1%eth0, fe80::1"
    })
    void aPortAndAZoneIdAreDropped_andAMappedAddressIsItsIpv4Address(String node, String address) {
        assertThat(caller(node)).isEqualTo(address);
    }

    @Test
    void emptyElementsAndQuotesAreIgnored() {
        assertThat(caller("203.0.113.7, ")).isEqualTo("203.0.113.7");
        assertThat(caller("203.0.113.7", "", " ")).isEqualTo("203.0.113.7");
        assertThat(caller(",203.0.113.7,, 10.1.2.3 ,")).isEqualTo("203.0.113.7");
        assertThat(caller("1.1.1.1, \"[2001:db8:8000::7]:443\", \"10.0.0.1\"")).isEqualTo("2001:db8:8000::7");
        assertThat(caller("", ", ,")).isNull();
        assertThat(caller("\"\"")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"https;true", "HTTPS, http;true", ", https;true", "http;false", "http, https;false", ",;false"})
    void theFirstProtocolIsThatOfTheCaller(String header, boolean isHttps) {
        assertThat(TrustedProxies.isHttps(Collections.enumeration(List.of(header))))
                .isEqualTo(isHttps);
    }

    @Test
    void aProxyIsKnownWithAPort_andAsAMappedAddress() {
        assertThat(caller("203.0.113.9, 10.1.2.3:80")).isEqualTo("203.0.113.9");
        assertThat(caller("203.0.113.9, ::ffff:10.1.2.3")).isEqualTo("203.0.113.9");
        assertThat(caller("203.0.113.9, [2001:db8:7fff::1]:443")).isEqualTo("203.0.113.9");
    }

    @Test
    void ifAllAreProxies_theFirstAddressIsTheCaller() {
        assertThat(caller("10.0.0.1, 10.0.0.2")).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "\"",
                "\"203.0.113.7",
                "_hidden",
                "localhost",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4.5",
                "1.2.3.4:",
                "1.2.3.4:http",
                "1.2.3.4:123456",
                "010.0.0.1",
                "1a2b3c4",
                "a.b:1",
                "::g",
                "[::1",
                "[1.2.3.4]",
                "[::1]x",
                ":",
                "2001:db8:1:2:3:4:5:6:7",
                "0x7f.0.0.1"
            })
    void anInvalidAddressEndsTheSearch(String text) {
        assertThat(caller("203.0.113.9, " + text)).isNull();
        assertThat(caller(text + ", 203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(caller("203.0.113.9, " + text + ", 10.0.0.1")).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.example.org",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/a",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/8/9",
                "10.0.0.1:80",
                "1a2b3c4",
                "1.2.3",
                "fe80::1%eth0",
                "[::1]",
                "2001:db8::/129",
                "",
                "::ffff:10.0.0.0/104"
            })
    void aProxyThatIsNotAnAddressPreventsTheStart(String text) {
        assertThatThrownBy(() -> new Networks(List.of(text)))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("HTTP_TRUSTED_PROXIES names '" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "fe80::1%eth0, fe800000000000",
        "2001:db8:1:2:3:4:5:6, 20010db8000100",
        "2001:db8:1:ff::1, 20010db8000100",
        "2001:db8:1:100::1, 20010db8000101"
    })
    void anIpv6AddressCountsByItsFirst56Bits(String address, String network) {
        assertThat(IpAddress.networkOf(address)).isEqualTo(network);
    }
}
