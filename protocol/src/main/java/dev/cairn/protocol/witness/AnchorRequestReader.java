package dev.cairn.protocol.witness;

import dev.cairn.protocol.audit.Tip;

/// Tells the two bodies apart and reads them.
final class AnchorRequestReader {

    private static final int TIME_MAX = 64;

    private AnchorRequestReader() {}

    static AnchorRequest read(byte[] body) {
        if (body.length > AnchorRequest.BODY_MAX) {
            throw new IllegalArgumentException("longer than " + AnchorRequest.BODY_MAX + " bytes");
        }
        ObjectReader request = ObjectReader.parse(body);
        if (AnchorRequest.RELAY_TYPE.equals(request.textIfAny("type"))) {
            return relaySeal(request);
        }
        if (AnchorRequest.USER_PROTOCOL.equals(request.textIfAny("protocol"))) {
            return new AnchorRequest.UserSeal(
                    SealedTip.read(request, "seal_signature"), request.text("requested_at", TIME_MAX));
        }
        throw new IllegalArgumentException(
                "expected type " + AnchorRequest.RELAY_TYPE + " or protocol " + AnchorRequest.USER_PROTOCOL);
    }

    private static AnchorRequest relaySeal(ObjectReader request) {
        if (request.count("version") != 1) {
            throw new IllegalArgumentException("version: expected 1");
        }
        ObjectReader seal = request.inner("seal");
        Tip chain = new Tip(request.hash("relay_chain_tip"), request.count("relay_event_count"));
        return new AnchorRequest.RelaySeal(
                SealedTip.ofSeal(seal), seal.source(), chain, request.text("anchored_at", TIME_MAX));
    }
}
