package io.ephemera.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The presenter's keys, wherever they are pressed: on the terminal or on the page. */
final class Keys implements AutoCloseable {

    private static final int END_OF_INPUT = -1;
    private static final int CTRL_D = 4;
    private static final int ESCAPE = 27;

    private final BlockingQueue<Key> pressed = new LinkedBlockingQueue<>();
    private @Nullable Thread giveBack;

    /** What a key asks for. */
    enum Key {
        ON,
        BACK,
        END
    }

    void press(Key key) {
        pressed.add(key);
    }

    /** Keys that were pressed too early count for nothing, unless they are to end the show. */
    void forget() {
        pressed.removeIf(key -> key != Key.END);
    }

    /** The next key; {@link Key#ON} where none was pressed in time. Waits for ever where there is no time. */
    Key await(@Nullable Duration time) throws InterruptedException {
        return time == null
                ? pressed.take()
                : Objects.requireNonNullElse(pressed.poll(time.toMillis(), TimeUnit.MILLISECONDS), Key.ON);
    }

    /** Listens to the terminal from now on: to each key, or, where the terminal can't do that, to lines. */
    void listen(InputStream in) {
        boolean each = takeTerminal();
        Thread thread = new Thread(
                () -> {
                    Key key;
                    do {
                        key = next(in, each);
                        press(key);
                    } while (key != Key.END);
                },
                "ephemera-demo-keys");
        thread.setDaemon(true);
        thread.start();
    }

    /** The next key that means something; {@link Key#END} at the end of the input. */
    static Key next(InputStream in, boolean eachKey) {
        try {
            return eachKey ? nextKey(in) : nextLine(in);
        } catch (IOException e) {
            return Key.END;
        }
    }

    private static Key nextLine(InputStream in) throws IOException {
        boolean quit = false;
        for (int key = in.read(); key != '\n'; key = in.read()) {
            if (key == END_OF_INPUT) {
                return Key.END;
            }
            quit |= key == 'q';
        }
        return quit ? Key.END : Key.ON;
    }

    private static Key nextKey(InputStream in) throws IOException {
        while (true) {
            switch (in.read()) {
                case ' ', '\n', '\r' -> {
                    return Key.ON;
                }
                case 'q', 'Q', CTRL_D, END_OF_INPUT -> {
                    return Key.END;
                }
                case ESCAPE -> {
                    // CSI or SS3, then the arrow; of the pages, which presenters' remotes send, a number and a tilde.
                    in.read();
                    int key = in.read();
                    if (key == 'C' || key == 'B' || key == '6') {
                        return Key.ON;
                    }
                    if (key == 'D' || key == 'A' || key == '5') {
                        return Key.BACK;
                    }
                }
                default -> {
                    // No key of ours.
                }
            }
        }
    }

    /** Has the terminal hand over each key at once, and not show it; whether it does. */
    private boolean takeTerminal() {
        String before = stty("-g");
        if (before == null || before.isEmpty() || stty("-icanon", "-echo", "min", "1") == null) {
            return false;
        }
        Thread thread = new Thread(() -> stty(before), "ephemera-demo-terminal");
        Runtime.getRuntime().addShutdownHook(thread);
        giveBack = thread;
        return true;
    }

    /** What {@code stty} says; {@code null} where there is none, or it does not do it. */
    private static @Nullable String stty(String... arguments) {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("stty"), Stream.of(arguments))
                            .toList())
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return process.waitFor() == 0 ? said.strip() : null;
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        Thread thread = giveBack;
        if (thread != null) {
            giveBack = null;
            try {
                Runtime.getRuntime().removeShutdownHook(thread);
                thread.run();
            } catch (IllegalStateException e) {
                // The JVM is about to do it.
            }
        }
    }
}
