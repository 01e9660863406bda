package io.github.eventgateway.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlaceTest {

    private final Bulkhead bulkhead = new Bulkhead(4, 3, null, Duration.ofSeconds(5));
    private final Shares addresses = new Shares(Integer.MAX_VALUE, 2);
    private final Shares bytes = new Shares(100, 60);

    private RequestPermit place(String caller, String address) {
        return new RequestPermit(mock(), bulkhead, caller, addresses, address, bytes);
    }

    @Test
    void aCallThatWaitedTooLongForAThreadIsRefused() {
        long now = System.nanoTime();
        assertThatCode(() -> bulkhead.checkWait(now)).doesNotThrowAnyException();
        assertThatThrownBy(() -> bulkhead.checkWait(now - Duration.ofSeconds(6).toNanos()))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.reason()).isEqualTo(Reason.OVERLOADED));
    }

    @Test
    void oneCallerGetsItsShareFromAllAddresses_andAllCallersTheWhole() {
        assertThat(place("a", "1").take()).isNull();
        assertThat(place("a", "2").take()).isNull();
        assertThat(place("a", "3").take()).isNull();
        assertThat(place("a", "4").take()).isEqualTo(Reason.TOO_MANY_REQUESTS);
        assertThat(place("b", "4").take()).isNull();
        assertThat(place("c", "5").take()).isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void oneAddressGetsItsShareForAllCallers() {
        RequestPermit first = place("a", "1");
        assertThat(first.take()).isNull();
        assertThat(place("b", "1").take()).isNull();
        assertThat(place("c", "1").take()).isEqualTo(Reason.TOO_MANY_REQUESTS);

        first.leave();

        assertThat(place("c", "1").take()).isNull();
    }

    @Test
    void bytesAreSharedInTheSameWay() {
        RequestPermit greedy = place("a", "1");
        greedy.take();
        RequestPermit other = place("b", "2");
        other.take();

        assertThat(greedy.reserve(60)).isNull();
        assertThat(greedy.reserve(1)).isEqualTo(Reason.TOO_MANY_REQUESTS);
        assertThat(other.reserve(40)).isNull();
        assertThat(other.reserve(1)).isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void aSecondReleaseHasNoEffect_andNothingIsReservedAfterwards() {
        RequestPermit place = place("a", "1");
        place.take();
        place.reserve(60);

        place.leave();
        place.leave();

        assertThat(bulkhead.inProgress()).isZero();
        assertThat(bytes.total()).isZero();
        assertThat(addresses.total()).isZero();
        assertThat(place.reserve(1)).isNotNull();
        assertThat(bytes.total()).isZero();
    }

    @Test
    void aRefusedRequestHoldsNothing() {
        for (int i = 0; i < 3; i++) {
            place("a", "address " + i).take();
        }
        int before = addresses.total();

        assertThat(place("a", "another").take()).isEqualTo(Reason.TOO_MANY_REQUESTS);

        assertThat(addresses.total()).isEqualTo(before);
        assertThat(bulkhead.inProgress()).isEqualTo(3);
    }
}
