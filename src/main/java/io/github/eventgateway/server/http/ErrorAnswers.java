package io.github.eventgateway.server.http;

import io.github.eventgateway.api.GatewayException;
import io.github.eventgateway.api.Reason;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Writes the answer for failures before any verb, in the form of every other answer. */
@Controller
class ErrorAnswers implements ErrorController {

    private final AnswerWriter answers;

    ErrorAnswers(AnswerWriter answers) {
        this.answers = answers;
    }

    @RequestMapping("${spring.web.error.path:/error}")
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Integer status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        answers.writeFailure(request, response, new GatewayException(Reason.ofStatus(status == null ? 404 : status)));
    }
}
