package io.ephemera.agent;

/**
 * Counts the requests of plain-text HTTP/1 in what a client writes over one connection. It follows each message to its end (RFC
 * 9112, sections 2 to 7), so that a body that reads like a request counts for none, several requests in one write for several, and
 * one in several writes for one. Of anything else, TLS and HTTP/2 among it, and where an end can't be told, it says so, for good.
 *
 * <p>Called by one thread at a time.
 */
final class HttpRequestCounter {

    private static final long HTTP_1_0 = hash("HTTP/1.0");
    private static final long HTTP_1_1 = hash("HTTP/1.1");
    private static final long CONNECT = hash("CONNECT");
    private static final long CONTENT_LENGTH = hash("content-length");
    private static final long TRANSFER_ENCODING = hash("transfer-encoding");
    private static final long EXPECT = hash("expect");
    private static final long CHUNKED = hash("chunked");

    private static final long LONGEST_BODY_BYTES = 1L << 56;
    private static final long UNSET = -1;

    /** What the next byte belongs to. */
    private enum Part {
        START,
        METHOD,
        REST_OF_REQUEST_LINE,
        FIELD_NAME,
        LENGTH_VALUE,
        ENCODING_VALUE,
        OTHER_VALUE,
        BODY,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK,
        CHUNK_END,
        TRAILER,
        UNKNOWN
    }

    /** Where bytes are. */
    @FunctionalInterface
    interface Memory {
        byte at(long address);
    }

    private Part part = Part.START;
    /** Hash of the word so far; 0 if it has no byte yet. */
    private long word;
    /** Bytes of the body, or of the chunk, that are still to come; {@link #UNSET} where no length was given. */
    private long bodyBytes;

    private boolean chunked;
    private int requests;

    private static long hash(String word) {
        long hash = 0;
        for (int i = 0; i < word.length(); i++) {
            hash = hash(hash, word.charAt(i));
        }
        return hash;
    }

    private static long hash(long word, int next) {
        return (word + next) * 0x9e3779b97f4a7c15L;
    }

    /** Whether requests can't be counted on this connection, now and from now on. */
    boolean isUnknown() {
        return part == Part.UNKNOWN;
    }

    /**
     * Goes on with what was written.
     *
     * @return requests whose head was ended by it
     */
    int read(Memory memory, long address, long bytes) {
        requests = 0;
        long end = address + bytes;
        long at = address;
        while (at < end && part != Part.UNKNOWN) {
            if (part == Part.BODY || part == Part.CHUNK) {
                long skipped = Math.min(bodyBytes, end - at);
                at += skipped;
                bodyBytes -= skipped;
                if (bodyBytes == 0) {
                    part = part == Part.BODY ? Part.START : Part.CHUNK_END;
                }
            } else if (part == Part.OTHER_VALUE) {
                // Most of a head: passed over as fast as can be.
                while (at < end && memory.at(at) != '\n') {
                    at++;
                }
                if (at < end) {
                    at++;
                    part = Part.FIELD_NAME;
                }
            } else {
                next(memory.at(at++));
            }
        }
        return requests;
    }

    private void next(byte next) {
        if (next < ' ' && next != '\r' && next != '\n' && next != '\t') {
            part = Part.UNKNOWN;
            return;
        }
        switch (part) {
            case START -> start(next);
            case METHOD -> method(next);
            case REST_OF_REQUEST_LINE -> restOfRequestLine(next);
            case FIELD_NAME -> fieldName(next);
            case LENGTH_VALUE -> length(next);
            case ENCODING_VALUE -> encoding(next);
            case CHUNK_SIZE -> chunkSize(next);
            case CHUNK_EXTENSION -> chunkExtension(next);
            case CHUNK_END -> chunkEnd(next);
            case TRAILER -> trailer(next);
            default -> part = Part.UNKNOWN;
        }
    }

    private void begin(Part next) {
        part = next;
        word = 0;
    }

    private void start(byte next) {
        // Empty lines may come before a request.
        if (next != '\r' && next != '\n') {
            chunked = false;
            bodyBytes = UNSET;
            begin(Part.METHOD);
            method(next);
        }
    }

    private void method(byte next) {
        if (next == ' ' && word != 0 && word != CONNECT) {
            begin(Part.REST_OF_REQUEST_LINE);
        } else if ((next >= 'A' && next <= 'Z') || (next == '-' && word != 0)) {
            word = hash(word, next);
        } else {
            // Whatever follows a CONNECT is another protocol's.
            part = Part.UNKNOWN;
        }
    }

    private void restOfRequestLine(byte next) {
        if (next == '\n') {
            boolean http1 = word == HTTP_1_0 || word == HTTP_1_1;
            begin(http1 ? Part.FIELD_NAME : Part.UNKNOWN);
        } else if (next == ' ') {
            word = 0;
        } else if (next != '\r') {
            word = hash(word, next);
        }
    }

    private void fieldName(byte next) {
        if (next == '\n') {
            // A line without a name ends the head; one without a value belongs into none.
            begin(word == 0 ? endOfHead() : Part.UNKNOWN);
        } else if (next == ':') {
            begin(valueOf(word));
        } else if (next == ' ' || next == '\t') {
            part = Part.UNKNOWN;
        } else if (next != '\r') {
            word = hash(word, next >= 'A' && next <= 'Z' ? next + ('a' - 'A') : next);
        }
    }

    private Part valueOf(long name) {
        if (name == CONTENT_LENGTH) {
            return bodyBytes == UNSET ? Part.LENGTH_VALUE : Part.UNKNOWN;
        }
        if (name == TRANSFER_ENCODING) {
            return Part.ENCODING_VALUE;
        }
        // The body comes, or it does not: that is for the server to say.
        return name == EXPECT ? Part.UNKNOWN : Part.OTHER_VALUE;
    }

    private void length(byte next) {
        if (next == '\n') {
            begin(bodyBytes == UNSET ? Part.UNKNOWN : Part.FIELD_NAME);
        } else if (next >= '0' && next <= '9') {
            number(next - '0', 10);
        } else if (next != '\r' && next != ' ') {
            part = Part.UNKNOWN;
        }
    }

    private void number(int digit, int radix) {
        bodyBytes = Math.max(0, bodyBytes) * radix + digit;
        if (bodyBytes > LONGEST_BODY_BYTES) {
            part = Part.UNKNOWN;
        }
    }

    private void encoding(byte next) {
        if (next == '\n') {
            chunked = word == CHUNKED;
            begin(chunked ? Part.FIELD_NAME : Part.UNKNOWN);
        } else if (next == ' ' || next == ',') {
            word = 0;
        } else if (next != '\r') {
            word = hash(word, next);
        }
    }

    private Part endOfHead() {
        requests++;
        if (chunked) {
            bodyBytes = UNSET;
            return Part.CHUNK_SIZE;
        }
        return bodyBytes > 0 ? Part.BODY : Part.START;
    }

    private void chunkSize(byte next) {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            number(digit, 16);
        } else if (next == ';' || next == ' ') {
            part = Part.CHUNK_EXTENSION;
        } else if (next != '\r') {
            chunkExtension(next);
        }
    }

    private void chunkExtension(byte next) {
        if (next == '\n') {
            if (bodyBytes == UNSET) {
                part = Part.UNKNOWN;
            } else {
                begin(bodyBytes == 0 ? Part.TRAILER : Part.CHUNK);
            }
        } else if (part == Part.CHUNK_SIZE) {
            part = Part.UNKNOWN;
        }
    }

    private void chunkEnd(byte next) {
        if (next == '\n') {
            bodyBytes = UNSET;
            part = Part.CHUNK_SIZE;
        } else if (next != '\r') {
            part = Part.UNKNOWN;
        }
    }

    private void trailer(byte next) {
        if (next == '\n') {
            begin(word == 0 ? Part.START : Part.TRAILER);
        } else if (next != '\r') {
            word = hash(word, next);
        }
    }
}
