package io.ephemera.target;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * One accepted connection, watched right above its socket: who closed first is judged at the moment the client's FIN is
 * read or the server's is about to be sent, whichever is sooner.
 *
 * <p>Undertow's own close listeners come too late for that: by then both sides may have closed. All state belongs to the
 * connection's IO thread.
 *
 * <p>Left out: where both FINs cross on the wire TCP has two active closers; that counts as the server's, and only the
 * client's own TIME_WAIT would show it.
 */
final class TrackedConnection {
    private static final int MAX_DRAIN_READS = 128;
    private static final int DRAIN_BYTES = 512;

    private final StreamConnection connection;
    private final TrackingHandler.Ends ends;
    private final CounterCells cells;
    private final boolean neverClose;
    private final StreamSourceConduit socketSource;
    private boolean closed;
    private boolean endJudged;
    private boolean finHeld;
    private boolean writeFailed;
    private boolean outputEnded;
    private boolean control;
    private boolean carriedCalls;

    private TrackedConnection(StreamConnection connection, CounterCells cells, ClosePolicy policy) {
        this.connection = connection;
        this.ends = new TrackingHandler.Ends(connection.getPeerAddress(), connection.getLocalAddress());
        this.cells = cells;
        this.neverClose = policy == ClosePolicy.NEVER;
        this.socketSource = connection.getSourceChannel().getConduit();
    }

    /** Counts a connection and watches it from now on; to be called before Undertow sees it, on its IO thread. */
    static TrackedConnection accepted(StreamConnection connection, CounterCells cells, ClosePolicy policy) {
        cells.connectionsAccepted.increment();
        TrackedConnection tracked = new TrackedConnection(connection, cells, policy);
        connection.getSourceChannel().setConduit(new Source(tracked));
        connection
                .getSinkChannel()
                .setConduit(new Sink(tracked, connection.getSinkChannel().getConduit()));
        return tracked;
    }

    TrackingHandler.Ends ends() {
        return ends;
    }

    StreamConnection connection() {
        return connection;
    }

    /**
     * A request has come.
     *
     * @param toControl whether it is to {@code /counters}: the connection's first one takes it out of the figures of calls
     */
    void exchangeBegins(boolean toControl) {
        if (!toControl) {
            if (!carriedCalls && !control) {
                cells.connectionsAsked.increment();
            }
            carriedCalls = true;
        } else if (!control && !carriedCalls) {
            control = true;
            cells.controlConnections.increment();
            cells.connectionsAccepted.decrement();
        }
    }

    /** Whether an exchange that is complete has been written whole: Undertow also completes one whose connection broke. */
    boolean wroteAll() {
        return !writeFailed && (outputEnded || connection.isOpen());
    }

    /** Closes from the server's side, having looked whether the client was first. */
    void closeByServer() {
        judgeBeforeServerFin();
        IoUtils.safeClose(connection);
    }

    /** The descriptor is closed; counted once. */
    void closed() {
        judge(cells.closedByServerFirst);
        if (!closed && !control) {
            cells.connectionsClosed.increment();
        }
        closed = true;
    }

    private void judge(LongAdder ending) {
        if (!endJudged) {
            endJudged = true;
            if (!control) {
                ending.increment();
                if (!carriedCalls && ending == cells.closedByClientFirst) {
                    cells.silentClosedByClientFirst.increment();
                }
            }
        }
    }

    private void judgeBeforeServerFin() {
        if (!endJudged) {
            judge(drainToFin());
        }
    }

    /** Bytes are read up to the client's FIN, which stands behind them; left unread they would also turn our FIN into a reset. */
    private LongAdder drainToFin() {
        ByteBuffer unread = ByteBuffer.allocate(DRAIN_BYTES);
        try {
            for (int reads = 0; reads < MAX_DRAIN_READS; reads++) {
                int bytes = socketSource.read(unread.clear());
                if (bytes == -1) {
                    return cells.closedByClientFirst;
                }
                if (bytes == 0) {
                    break;
                }
            }
            return cells.closedByServerFirst;
        } catch (IOException e) {
            return cells.aborted;
        }
    }

    /** No look for a FIN behind the failure: after it a socket that was reset also reads as ended. */
    private IOException writeFailed(IOException failure) {
        writeFailed = true;
        judge(cells.aborted);
        return failure;
    }

    private static final class Source extends AbstractStreamSourceConduit<StreamSourceConduit> {
        private final TrackedConnection tracked;

        Source(TrackedConnection tracked) {
            super(tracked.socketSource);
            this.tracked = tracked;
        }

        @Override
        public int read(ByteBuffer destination) throws IOException {
            // Read after a close of our own, a socket answers -1 as well: that is no FIN.
            boolean endedBefore = next.isReadShutdown();
            try {
                int bytes = next.read(destination);
                if (bytes != -1) {
                    return bytes;
                }
            } catch (IOException e) {
                tracked.judge(tracked.cells.aborted);
                throw e;
            }
            if (!endedBefore) {
                ended();
            }
            return tracked.finHeld ? 0 : -1;
        }

        /** Into the first that has room: a read may always bring less than there is. */
        @Override
        public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
            for (int i = offset; i < offset + length; i++) {
                if (destinations[i].hasRemaining()) {
                    return read(destinations[i]);
                }
            }
            return 0;
        }

        /** The client's FIN is here. Under NEVER Undertow is told that nothing more has come, as it would answer an end by closing. */
        private void ended() {
            tracked.judge(tracked.cells.closedByClientFirst);
            if (tracked.neverClose && !tracked.control && !tracked.outputEnded) {
                tracked.finHeld = true;
                next.suspendReads();
            }
        }

        @Override
        public boolean isReadShutdown() {
            return !tracked.finHeld && next.isReadShutdown();
        }

        @Override
        public void resumeReads() {
            if (!tracked.finHeld) {
                next.resumeReads();
            }
        }

        @Override
        public void wakeupReads() {
            if (!tracked.finHeld) {
                next.wakeupReads();
            }
        }
    }

    private static final class Sink extends AbstractStreamSinkConduit<StreamSinkConduit> {
        private final TrackedConnection tracked;

        Sink(TrackedConnection tracked, StreamSinkConduit socketSink) {
            super(socketSink);
            this.tracked = tracked;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            try {
                return next.write(source);
            } catch (IOException e) {
                throw tracked.writeFailed(e);
            }
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
            try {
                return next.write(sources, offset, length);
            } catch (IOException e) {
                throw tracked.writeFailed(e);
            }
        }

        // The socket's own writeFinal would close its output past terminateWrites below.

        @Override
        public int writeFinal(ByteBuffer source) throws IOException {
            return Conduits.writeFinalBasic(this, source);
        }

        @Override
        public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
            return Conduits.writeFinalBasic(this, sources, offset, length);
        }

        @Override
        public void terminateWrites() throws IOException {
            beforeFin();
            next.terminateWrites();
        }

        @Override
        public void truncateWrites() throws IOException {
            beforeFin();
            next.truncateWrites();
        }

        private void beforeFin() {
            // XNIO also calls this after it has closed the socket: then there is nothing left to look at.
            if (!next.isWriteShutdown()) {
                tracked.outputEnded = true;
                tracked.judgeBeforeServerFin();
                // Ours is out: the client's is to end the connection, also where it was here before.
                tracked.finHeld = false;
            }
        }
    }
}
