package io.github.eventgateway.event;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import java.util.Collection;
import java.util.List;

/**
 * The event types that the scopes of a token allow to publish: {@value #SCOPE} allows every type, {@code events:write:user_login} one
 * type, {@code events:write:user_*} the types that begin so. Immutable; any thread.
 */
public final class PublishPermission {

    /** The scope that allows every type. */
    public static final String SCOPE = "events:write";

    /** Every type. */
    public static final PublishPermission ALL = new PublishPermission(List.of("*"));

    private static final String LIMITED = SCOPE + ":";

    private final List<String> allowed;

    private PublishPermission(List<String> allowed) {
        this.allowed = allowed;
    }

    /**
     * Returns the permission of a caller with these scopes. If the caller has no scope to publish, the verb demands another
     * scope: its route decides which events it publishes, and every type is allowed.
     *
     * @param scopes null where there is no caller, such as in a route that a timer starts: every type is allowed
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

    /** Whether this scope allows to publish events of at least one type. */
    public static boolean isGrantedBy(String scope) {
        return scope.equals(SCOPE) || isLimited(scope);
    }

    /** An asterisk stands at the end, or nowhere. */
    private static boolean isLimited(String scope) {
        int asterisk = scope.indexOf('*');
        return scope.startsWith(LIMITED)
                && scope.length() > LIMITED.length()
                && (asterisk < 0 || asterisk == scope.length() - 1);
    }

    /**
     * Refuses a type that is not allowed.
     *
     * @param path where the request names the type
     * @throws GatewayException with {@code TYPE_NOT_ALLOWED}
     */
    public void require(String type, String path) {
        if (!allows(type)) {
            throw new GatewayException(
                    Reason.TYPE_NOT_ALLOWED,
                    path,
                    "the token may not publish this type, only " + String.join(", ", allowed));
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
