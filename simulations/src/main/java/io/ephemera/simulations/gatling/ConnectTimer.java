package io.ephemera.simulations.gatling;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.EventExecutor;
import java.lang.reflect.Field;

/**
 * The timer by which a connection of Netty gives its connect up. In virtual time nobody has to wait for it: what it is to do is done at
 * once, by its own code. Where that does not take, the timer does it after its time.
 */
final class ConnectTimer {

    /** The code of the timer is a class within this one. */
    private static final String CONNECTS = "io.netty.channel.nio.AbstractNioChannel$AbstractNioUnsafe$";

    private ConnectTimer() {}

    /** To be called by a loop while it begins a connect, the only one that is under way there: the timer is set when that is done. */
    static void ringNext(EventExecutor loop) {
        loop.execute(() -> ring(loop));
    }

    private static void ring(EventExecutor loop) {
        try {
            Object timers = field(AbstractScheduledEventExecutor.class, "scheduledTaskQueue")
                    .get(loop);
            if (timers instanceof Iterable<?> all) {
                for (Object timer : all) {
                    Object task =
                            field(timer.getClass().getSuperclass(), "task").get(timer);
                    if (task instanceof Runnable code
                            && code.getClass().getName().startsWith(CONNECTS)) {
                        code.run();
                        return;
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            // Of another Netty: the timer does it itself.
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
