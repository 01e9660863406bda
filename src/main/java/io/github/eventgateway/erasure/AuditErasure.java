package io.github.eventgateway.erasure;

import io.github.eventgateway.server.audit.PersonalDetails;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.stereotype.Component;

/** Erases the personal details of the audit trail that name a user. The chain does not change. One thread at a time. */
@Component
class AuditErasure implements ErasurePart {

    private final PersonalDetails details;

    AuditErasure(PersonalDetails details) {
        this.details = details;
    }

    @Override
    public Kind kind() {
        return Kind.AUDIT_DETAILS;
    }

    /** The position is the number of the last examined record. */
    @Override
    public Step step(Connection connection, UserToErase user, String position) throws SQLException {
        connection.setAutoCommit(false);
        PersonalDetails.ErasedDetails step =
                details.erase(connection, user.values(), position == null ? 0 : Long.parseLong(position));
        return new Step(step.erased(), step.unerasable(), String.valueOf(step.last()), step.isLast());
    }
}
