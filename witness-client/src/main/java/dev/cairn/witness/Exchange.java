package dev.cairn.witness;

import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.WitnessReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// One HTTP request on a connection of its own. Ends once, at the latest when its time is up, and its
/// connection with it, however slowly the other side talks.
///
/// Its context owns it: whoever starts it is called back there.
final class Exchange {

    /// Of an error page this many bytes are kept; of what may be evidence, [WitnessReply#KEPT_MAX].
    static final int ERROR_KEPT_MAX = 1024;

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final HostNames names;
    private final Request request;
    private final Buffer body;
    private final Buffer reply = Buffer.buffer();
    private final Promise<HttpAnswer> answer = Promise.promise();
    private @Nullable HttpClientConnection connection;
    private long timer;
    private boolean ended;

    /// @param authorization never shown
    record Request(
            HttpMethod method,
            boolean secure,
            String host,
            int port,
            String target,
            @Nullable String authorization) {

        @Override
        public String toString() {
            return method + " to " + host + ":" + port;
        }
    }

    Exchange(Vertx vertx, HttpClientAgent client, HostNames names, Request request, Buffer body) {
        this.vertx = vertx;
        this.client = client;
        this.names = names;
        this.request = request;
        this.body = body;
    }

    /// Never fails: what went wrong is an answer too.
    Future<HttpAnswer> answer() {
        return answer.future();
    }

    void start(long timeoutMillis) {
        timer = vertx.setTimer(
                timeoutMillis, _ -> end(new HttpAnswer.Failed("timed out after " + timeoutMillis + " ms")));
        names.resolve(request.host())
                .compose(addresses -> connect(addresses, 0))
                .compose(this::send)
                .onComplete(this::receive, this::fail);
    }

    /// Ends it without an answer worth hearing.
    void cancel() {
        end(new HttpAnswer.Failed("cancelled"));
    }

    /// Tries one address after the other, as a host may be there by IPv4 and IPv6 and answer on one.
    private Future<HttpClientConnection> connect(List<InetAddress> addresses, int index) {
        if (ended) {
            return Future.failedFuture("ended");
        }
        InetSocketAddress address = new InetSocketAddress(addresses.get(index), request.port());
        HttpConnectOptions options = new HttpConnectOptions()
                .setServer(SocketAddress.inetSocketAddress(address))
                .setHost(request.host())
                .setPort(request.port())
                .setSsl(request.secure());
        Future<HttpClientConnection> connected = client.connect(options);
        return index + 1 < addresses.size() ? connected.recover(_ -> connect(addresses, index + 1)) : connected;
    }

    private Future<HttpClientResponse> send(HttpClientConnection connected) {
        connection = connected;
        if (ended) { // While it connected; nobody waits any more.
            close();
            return Future.failedFuture("ended");
        }
        RequestOptions options =
                new RequestOptions().setMethod(request.method()).setURI(request.target());
        return connected.request(options).compose(this::send);
    }

    private Future<HttpClientResponse> send(HttpClientRequest prepared) {
        prepared.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE).putHeader(HttpHeaders.ACCEPT, "application/json");
        if (request.authorization() != null) {
            prepared.putHeader(HttpHeaders.AUTHORIZATION, request.authorization());
        }
        if (body.length() == 0) {
            return prepared.send();
        }
        return prepared.putHeader(HttpHeaders.CONTENT_TYPE, "application/json").send(body);
    }

    private void receive(HttpClientResponse response) {
        int status = response.statusCode();
        boolean mayBeEvidence = (status >= 200 && status < 300) || status == Contradiction.CONFLICT;
        int keptMax = mayBeEvidence ? WitnessReply.KEPT_MAX : ERROR_KEPT_MAX;
        response.exceptionHandler(this::fail);
        response.endHandler(_ -> end(status));
        response.handler(chunk -> {
            reply.appendBuffer(chunk, 0, Math.min(chunk.length(), keptMax - reply.length()));
            if (reply.length() == keptMax) {
                end(status); // What lies beyond is not read.
            }
        });
    }

    private void end(int status) {
        if (!ended) {
            end(new HttpAnswer.Received(status, WitnessReply.of(reply.getBytes())));
        }
    }

    private void fail(Throwable cause) {
        end(new HttpAnswer.Failed(reason(cause)));
    }

    private void end(HttpAnswer result) {
        if (ended) {
            return;
        }
        ended = true;
        vertx.cancelTimer(timer);
        close();
        answer.complete(result);
    }

    private void close() {
        if (connection != null) {
            connection.close();
        }
    }

    /// In words of our own, as a library's message may hold anything.
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException) {
                return "TLS: the certificate is not trusted";
            }
        }
        return switch (failure) {
            case UnknownHostException _ -> "the host is unknown";
            case SSLException _ -> "TLS: no secure connection";
            case ConnectException _ -> "no connection";
            default ->
                "the connection broke, or no HTTP came: " + failure.getClass().getSimpleName();
        };
    }
}
