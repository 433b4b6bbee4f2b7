package dev.cairn.relay.witness;

import dev.cairn.protocol.json.JsonText;

/// What a request is refused with (RFC 9457): a status, a code for programs and a sentence for people.
/// Nothing of the request is echoed.
enum Refusal {
    MALFORMED(400, "malformed", "The request cannot be read."),
    NOT_AN_ANCHOR(400, "not-an-anchor", "Expected one of the two anchor requests."),
    SECOND_REQUEST(400, "second-request", "A connection carries one request; send the next one on another."),
    UNAUTHENTICATED(401, "unauthenticated", "Send the token that this witness gave you as Authorization: Bearer."),
    FROM_A_PAGE(403, "from-a-page", "Pages of web sites may not have seals anchored."),
    NOT_FOUND(404, "not-found", "There is nothing here."),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "Anchors are sent with POST and read with GET."),
    CONTRADICTION(
            409,
            "contradiction",
            "Another tip is anchored at this count. Both are kept as evidence; `anchored` is the first."),
    TOO_LARGE(413, "too-large", "A request has at most 64 KiB."),
    TOO_MANY(429, "too-many", "That is more than this witness takes from one sender."),
    INTERNAL(500, "internal", "The witness failed to answer."),
    NOT_STORED(503, "not-stored", "The witness cannot store anything now."),
    FULL(507, "full", "The witness holds as many anchors as it can keep track of; those it has it still confirms."),
    BUSY(503, "busy", "Too much waits for the disk.");

    private final int status;
    private final String code;
    private final String detail;

    Refusal(int status, String code, String detail) {
        this.status = status;
        this.code = code;
        this.detail = detail;
    }

    int status() {
        return status;
    }

    JsonText json() {
        return json(detail);
    }

    /// @param particular a sentence of ours that says more
    JsonText json(String particular) {
        return JsonText.object()
                .put("type", "urn:cairn:problem:" + code)
                .put("status", status)
                .put("code", code)
                .put("detail", particular);
    }
}
