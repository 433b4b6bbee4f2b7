package dev.cairn.relay.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/// What a request is refused with (RFC 9457): a status, a code for programs and a fixed sentence for people.
/// Nothing of the request is echoed.
enum Problem {
    BAD_REQUEST(400, "malformed", "The request cannot be read."),
    WRONG_HOST(421, "wrong-host", "This server is not known by that Host; see http.allowed_hosts."),
    WRONG_ORIGIN(403, "wrong-origin", "Pages of that Origin may not use this server; see http.allowed_hosts."),
    UNAUTHENTICATED(401, "unauthenticated", "Send the token of the file http.token as Authorization: Bearer."),
    NOT_FOUND(404, "not-found", "There is nothing here."),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "This can only be read: use GET."),
    TOO_LARGE(413, "too-large", "Nothing here takes a body."),
    UPGRADE_REQUIRED(426, "upgrade-required", "This is a WebSocket: connect with version 13."),
    INTERNAL(500, "internal", "The relay failed to answer.");

    private final int status;
    private final String code;
    private final String detail;

    Problem(int status, String code, String detail) {
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String json() {
        return new JsonObject()
                .put("type", "urn:cairn:problem:" + code)
                .put("status", status)
                .put("code", code)
                .put("detail", detail)
                .encode();
    }

    /// Answers a request with this.
    void end(HttpServerResponse response) {
        if (response.headWritten()) {
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json").setStatusCode(status);
        var _ = response.end(json());
    }
}
