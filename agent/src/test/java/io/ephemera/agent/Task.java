package io.ephemera.agent;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Runs something that blocks on a thread of its own. */
final class Task<T> extends FutureTask<T> {

    private final Thread thread = new Thread(this, "blocking-task");

    private Task(Callable<T> body) {
        super(body);
        thread.setDaemon(true);
    }

    static <T> Task<T> start(Callable<T> body) {
        Task<T> task = new Task<>(body);
        task.thread.start();
        return task;
    }

    /** Starts it and waits until it blocks. */
    static <T> Task<T> startBlocking(Callable<T> body) {
        Task<T> task = start(body);
        Await.blocked(task.thread);
        return task;
    }

    Thread thread() {
        return thread;
    }

    /** What it failed with; {@code null} if it did not fail. */
    @Nullable
    Throwable failure() throws InterruptedException {
        try {
            get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
