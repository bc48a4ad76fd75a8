package io.ephemera.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Runs something that blocks on a thread of its own. */
final class Task<T> {

    interface Body<T> {
        T run() throws Exception;
    }

    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final Thread thread;

    private Task(Body<T> body) {
        thread = new Thread(
                () -> {
                    try {
                        outcome.complete(body.run());
                    } catch (Throwable t) {
                        outcome.completeExceptionally(t);
                    }
                },
                "blocking-task");
        thread.setDaemon(true);
    }

    static <T> Task<T> start(Body<T> body) {
        Task<T> task = new Task<>(body);
        task.thread.start();
        return task;
    }

    /** Starts it and waits until it blocks. */
    static <T> Task<T> startBlocking(Body<T> body) {
        Task<T> task = start(body);
        Await.blocked(task.thread);
        return task;
    }

    Thread thread() {
        return thread;
    }

    void interrupt() {
        thread.interrupt();
    }

    T result() throws Exception {
        return outcome.get();
    }

    /** What it failed with; {@code null} if it did not fail. */
    @Nullable
    Throwable failure() throws InterruptedException {
        try {
            outcome.get();
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
