package io.ephemera.simulations.gatling;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A group of event loops of which only the first few are given out. Gatling has two for each processor: the calls of a millisecond are
 * spread over all of them, each of which is woken up for one or two, and takes the processor from the server in the same machine.
 */
final class FewEventLoops extends AbstractEventExecutorGroup implements EventLoopGroup {

    private final EventLoopGroup all;
    private final List<EventLoop> few;
    private final AtomicLong given = new AtomicLong();

    /** @param most how many loops are given out; all of them if there are no more */
    FewEventLoops(EventLoopGroup all, int most) {
        this.all = all;
        List<EventLoop> first = new ArrayList<>();
        for (EventExecutor loop : all) {
            if (first.size() < most) {
                first.add((EventLoop) loop);
            }
        }
        this.few = List.copyOf(first);
    }

    @Override
    public EventLoop next() {
        return few.get((int) (given.getAndIncrement() % few.size()));
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return List.<EventExecutor>copyOf(few).iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return next().register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return next().register(promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return next().register(channel, promise);
    }

    @Override
    public boolean isShuttingDown() {
        return all.isShuttingDown();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return all.shutdownGracefully(quietPeriod, timeout, unit);
    }

    @Override
    public Future<?> terminationFuture() {
        return all.terminationFuture();
    }

    @Override
    @Deprecated
    public void shutdown() {
        all.shutdown();
    }

    @Override
    public boolean isShutdown() {
        return all.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return all.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return all.awaitTermination(timeout, unit);
    }
}
