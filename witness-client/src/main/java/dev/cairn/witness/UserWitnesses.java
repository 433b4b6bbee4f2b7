package dev.cairn.witness;

import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.PublishedAnchor;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.protocol.witness.WitnessUrl;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Witnesses of a user's own chain, for commands: asks one and waits for it (`specs/audit-relay.md` 6.2,
/// 6.3). Never call it on an event loop.
public final class UserWitnesses implements AutoCloseable {

    private static final int OK = 200;
    private static final Pattern ID_IN_URL = Pattern.compile("[!-~&&[^#]]+");

    private final Context context;
    private final WitnessHttp http;

    /// @param timeout for each request
    /// @param trust who signs the witnesses' certificates; `null` for whom the Java platform trusts
    public UserWitnesses(Vertx vertx, Duration timeout, @Nullable TrustOptions trust) {
        this.context = vertx.getOrCreateContext();
        this.http = new WitnessHttp(vertx, 1, timeout, trust);
    }

    /// What came of publishing to one witness.
    public sealed interface Publication {

        /// It gave an anchor, to be kept.
        record Published(PublishedAnchor anchor, WitnessIdentity witness) implements Publication {}

        record NotPublished(WitnessUrl witness, String reason) implements Publication {}
    }

    /// What a witness says today of an anchor that it gave.
    public sealed interface Check {

        PublishedAnchor anchor();

        /// It knows the anchor, with our tip, count and signature.
        record Confirmed(PublishedAnchor anchor, WitnessIdentity witness) implements Check {}

        /// It knows the anchor, but does not say of what: that proves nothing.
        record Unbound(PublishedAnchor anchor) implements Check {}

        record NotConfirmed(PublishedAnchor anchor, String reason) implements Check {}
    }

    /// Publishes a seal to one witness.
    ///
    /// @throws IllegalArgumentException if `witness` is no http or https URL
    public Publication publish(AnchorRequest.UserSeal request, URI witness, @Nullable WitnessToken token) {
        WitnessUrl shown = WitnessUrl.of(witness);
        return switch (ask(() -> http.post(witness, token, request.toBytes()))) {
            case HttpAnswer.Failed(String reason) -> new Publication.NotPublished(shown, reason);
            case HttpAnswer.Received received
            when !received.isSuccess() -> new Publication.NotPublished(shown, "HTTP " + received.status());
            case HttpAnswer.Received received -> accept(request, witness, received.reply());
        };
    }

    private static Publication accept(AnchorRequest.UserSeal request, URI witness, WitnessReply reply) {
        try {
            PublishedAnchor anchor = PublishedAnchor.accept(request, witness, reply);
            return new Publication.Published(anchor, identity(WitnessUrl.of(witness), reply));
        } catch (IllegalArgumentException e) {
            return new Publication.NotPublished(WitnessUrl.of(witness), String.valueOf(e.getMessage()));
        }
    }

    /// Asks the witness for an anchor that it gave, and compares all that it says of it.
    public Check verify(PublishedAnchor anchor) {
        URI place;
        try {
            place = anchorUrl(anchor);
        } catch (IllegalArgumentException _) {
            return new Check.NotConfirmed(anchor, "the record holds no URL that can be asked");
        }
        return switch (ask(() -> http.get(place))) {
            case HttpAnswer.Failed(String reason) -> new Check.NotConfirmed(anchor, reason);
            case HttpAnswer.Received received
            when received.status() != OK -> new Check.NotConfirmed(anchor, "HTTP " + received.status());
            case HttpAnswer.Received received -> compare(anchor, received.reply());
        };
    }

    private static Check compare(PublishedAnchor anchor, WitnessReply reply) {
        if (!anchor.anchorId().equals(reply.anchorId().orElse(""))) {
            return new Check.NotConfirmed(anchor, "the reply names another anchor_id");
        }
        if (reply.contradictionOf(anchor.seal()).isPresent()) {
            String member = reply.contradictionOf(anchor.seal()).get();
            return new Check.NotConfirmed(anchor, "the reply names another " + member);
        }
        if (!reply.namesWholeSeal()) {
            return new Check.Unbound(anchor);
        }
        WitnessUrl url = WitnessUrl.of(URI.create(anchor.witnessUrl()));
        return new Check.Confirmed(anchor, identity(url, reply));
    }

    private static WitnessIdentity identity(WitnessUrl url, WitnessReply reply) {
        return new WitnessIdentity(url.text(), url, reply.signer().orElse(null));
    }

    /// How many distinct witnesses confirmed, however many records there are of each.
    public static int countDistinct(Collection<Check> checks) {
        return WitnessIdentity.countDistinct(checks.stream()
                .filter(Check.Confirmed.class::isInstance)
                .map(check -> ((Check.Confirmed) check).witness())
                .toList());
    }

    @Override
    public void close() {
        http.close().await();
    }

    /// The id goes into the URL as it is, as the dialect has it.
    private static URI anchorUrl(PublishedAnchor anchor) {
        if (!ID_IN_URL.matcher(anchor.anchorId()).matches()) {
            throw new IllegalArgumentException("an id that no URL can hold");
        }
        WitnessUrl url = WitnessUrl.of(URI.create(anchor.witnessUrl()));
        return URI.create(url.text().replaceFirst("/+$", "") + "/anchors/" + anchor.anchorId());
    }

    /// Begins the exchange on the context that hears its answer, and waits for it here.
    private HttpAnswer ask(Supplier<Exchange> begin) {
        Promise<HttpAnswer> answer = Promise.promise();
        context.runOnContext(_ -> {
            Future<HttpAnswer> asked = begin.get().answer();
            asked.onComplete(answer);
        });
        return answer.future().await();
    }
}
