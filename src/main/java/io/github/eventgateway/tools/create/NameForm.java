package io.github.eventgateway.tools.create;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.util.StringUtils;

/** The forms of the names in a project. */
final class NameForm {

    private NameForm() {}

    /**
     * @param form a regular expression
     * @param what the named thing, with its article
     * @param wanted the form in words
     * @throws RefusedEdit if the name does not have the form, or is too long
     */
    static void require(String name, String form, String what, String wanted) {
        if (!name.matches(form) || name.length() > 64) {
            throw new RefusedEdit("'" + name + "' is not a valid name of " + what + ": write " + wanted
                    + ", of 64 characters at most");
        }
    }

    /** Returns the words of a name as the name of a Java class. */
    static String ofClass(String name) {
        return Arrays.stream(name.split("[_-]")).map(StringUtils::capitalize).collect(Collectors.joining());
    }
}
