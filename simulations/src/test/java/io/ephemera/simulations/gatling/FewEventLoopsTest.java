package io.ephemera.simulations.gatling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Of Gatling's event loops")
class FewEventLoopsTest {

    private final EventLoopGroup all = new MultiThreadIoEventLoopGroup(4, LocalIoHandler.newFactory());

    @AfterEach
    void end() {
        all.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @ParameterizedTest(name = "{1} of 4 where at most {0} are asked for")
    @CsvSource({"1, 1", "2, 2", "4, 4", "5, 4", "2147483647, 4"})
    @DisplayName("only the first few are given out, by turns")
    void next(int most, int given) {
        FewEventLoops few = new FewEventLoops(all, most);
        List<EventLoop> turns = new ArrayList<>();
        for (int i = 0; i < 3 * given; i++) {
            turns.add(few.next());
        }
        Set<EventLoop> distinct = new LinkedHashSet<>(turns);
        assertEquals(given, distinct.size());
        assertEquals(turns.subList(0, given), turns.subList(2 * given, 3 * given), "the same order again");
        List<EventExecutor> first = new ArrayList<>();
        all.forEach(first::add);
        assertEquals(first.subList(0, given), List.copyOf(distinct));
        List<EventExecutor> told = new ArrayList<>();
        few.forEach(told::add);
        assertEquals(List.copyOf(distinct), told);
    }

    @Test
    @DisplayName("the rest ends with them")
    void shutdown() throws InterruptedException {
        FewEventLoops few = new FewEventLoops(all, 1);
        assertFalse(few.isShuttingDown());
        Future<?> ended = few.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        assertTrue(few.isShuttingDown());
        assertTrue(few.awaitTermination(30, TimeUnit.SECONDS));
        assertTrue(ended.await(30, TimeUnit.SECONDS) && ended.isSuccess());
        assertTrue(all.isTerminated() && few.isShutdown() && few.isTerminated());
    }
}
