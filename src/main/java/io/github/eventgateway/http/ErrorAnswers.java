package io.github.eventgateway.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Answers what fails before it reaches a verb, in the shape of every other answer. */
@Controller
class ErrorAnswers implements ErrorController {

    private final AnswerWriter answers;

    ErrorAnswers(AnswerWriter answers) {
        this.answers = answers;
    }

    @RequestMapping("${server.error.path:${error.path:/error}}")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Integer status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        answers.writeFailure(request, response, new GatewayException(reason(status == null ? 404 : status)));
    }

    private static Reason reason(int status) {
        return switch (status) {
            case 401 -> Reason.UNAUTHENTICATED;
            case 403 -> Reason.INSUFFICIENT_SCOPE;
            case 404 -> Reason.NOT_FOUND;
            case 405 -> Reason.METHOD_NOT_ALLOWED;
            case 413 -> Reason.TOO_LARGE;
            case 415 -> Reason.UNSUPPORTED_MEDIA_TYPE;
            case 503 -> Reason.OVERLOADED;
            default -> status < 500 ? Reason.INVALID_PARAMETER : Reason.INTERNAL_ERROR;
        };
    }
}
