package dev.cairn.witness;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostNamesTest {

    private static final int NAMES = 2;

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final AtomicInteger lookups = new AtomicInteger();
    private final HostNames names = new HostNames(vertx, NAMES, this::resolve);

    @AfterEach
    void stop() throws Exception {
        hanging.countDown();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void oneThatHangsHoldsOneThreadHoweverOftenItIsAskedFor() throws Exception {
        for (int i = 0; i < 10; i++) {
            var _ = ask("hangs.example");
        }

        List<InetAddress> other = ask("answers.example").await(10, TimeUnit.SECONDS);

        assertThat(other).containsExactly(InetAddress.ofLiteral("192.0.2.1"));
        assertThat(lookups).hasValue(2);
    }

    @Test
    void eachIsLookedUpAnewOnceItIsKnown() throws Exception {
        ask("answers.example").await(10, TimeUnit.SECONDS);
        ask("answers.example").await(10, TimeUnit.SECONDS);

        assertThat(lookups).hasValue(2);
    }

    private Future<List<InetAddress>> ask(String name) {
        Promise<List<InetAddress>> answer = Promise.promise();
        context.runOnContext(_ -> names.resolve(name).onComplete(answer));
        return answer.future();
    }

    private InetAddress[] resolve(String name) throws UnknownHostException {
        lookups.incrementAndGet();
        if (name.startsWith("hangs")) {
            try {
                hanging.await();
            } catch (InterruptedException _) {
                throw new UnknownHostException(name);
            }
        }
        return new InetAddress[] {InetAddress.ofLiteral("192.0.2.1")};
    }
}
