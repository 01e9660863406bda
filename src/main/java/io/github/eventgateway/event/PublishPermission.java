package io.github.eventgateway.event;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.util.Collection;
import java.util.List;

/**
 * The event types that the scopes of a token allow to publish. {@value #SCOPE} allows every type,
 * {@code events:write:user_login} one type, and {@code events:write:user_*} all types with this prefix. Immutable; any
 * thread.
 */
public final class PublishPermission {

    /** The scope that allows every type. */
    public static final String SCOPE = "events:write";

    /** Allows every type. */
    public static final PublishPermission ALL = new PublishPermission(List.of("*"));

    private static final String LIMITED = SCOPE + ":";

    private final List<String> allowed;
    private final String refusal;

    private PublishPermission(List<String> allowed) {
        this.allowed = allowed;
        this.refusal = "the token does not allow this type, only " + String.join(", ", allowed);
    }

    /**
     * Returns the permission of a caller with these scopes. It allows every type if the caller has no scope to publish:
     * such a call needs another scope, and its route determines the events.
     *
     * @param scopes null without a caller, for example in a route with a timer: every type is allowed
     */
    public static PublishPermission of(Collection<String> scopes) {
        if (scopes == null || scopes.contains(SCOPE)) {
            return ALL;
        }
        List<String> allowed = scopes.stream()
                .filter(PublishPermission::isLimited)
                .map(scope -> scope.substring(LIMITED.length()))
                .sorted()
                .toList();
        return allowed.isEmpty() ? ALL : new PublishPermission(allowed);
    }

    /** Returns whether this scope allows to publish at least one event type. */
    public static boolean isGrantedBy(String scope) {
        return scope.equals(SCOPE) || isLimited(scope);
    }

    /** An asterisk is allowed only at the end. */
    private static boolean isLimited(String scope) {
        int asterisk = scope.indexOf('*');
        return scope.startsWith(LIMITED)
                && scope.length() > LIMITED.length()
                && (asterisk < 0 || asterisk == scope.length() - 1);
    }

    /**
     * Checks that a type is allowed.
     *
     * @param path the place of the type in the request
     * @throws GatewayException with {@code TYPE_NOT_ALLOWED} if it is not
     */
    public void require(String type, String path) {
        if (!allows(type)) {
            throw new GatewayException(Reason.TYPE_NOT_ALLOWED, path, refusal);
        }
    }

    private boolean allows(String type) {
        for (String one : allowed) {
            int last = one.length() - 1;
            boolean allows = one.charAt(last) == '*' ? type.regionMatches(0, one, 0, last) : type.equals(one);
            if (allows) {
                return true;
            }
        }
        return false;
    }
}
