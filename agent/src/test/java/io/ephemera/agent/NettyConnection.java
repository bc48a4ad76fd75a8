package io.ephemera.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Netty over NIO, reading only when asked to, so that bytes can stay unread. */
final class NettyConnection extends NetworkConnection<SocketChannel> {

    private static final EventLoopGroup GROUP =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("netty", true), NioIoHandler.newFactory());
    private static final Integer END = -1;

    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final NioSocketChannel netty = new NioSocketChannel(channel);

    NettyConnection() throws IOException {
        super(SocketChannel.open());
        netty.config().setAutoRead(false).setAllowHalfClosure(true);
        netty.pipeline().addLast(new Receiver());
        await(GROUP.register(netty));
    }

    private final class Receiver extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            while (bytes.isReadable()) {
                received.add((int) bytes.readByte());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                received.add(END);
            }
        }

        @Override
        public void channelUnregistered(ChannelHandlerContext context) {
            received.add(new IOException("closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            received.add(failure);
        }
    }

    private static void await(ChannelFuture future) throws IOException {
        try {
            future.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        Throwable failure = future.cause();
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    @Override
    public void bind(InetSocketAddress local) throws IOException {
        await(netty.bind(local));
    }

    @Override
    public void connect(InetSocketAddress remote) throws IOException {
        await(netty.connect(remote));
    }

    @Override
    public int read() throws IOException {
        try {
            Object next = received.poll();
            if (next == null) {
                netty.read();
                next = received.take();
            }
            if (next instanceof Integer value) {
                return value;
            }
            throw new IOException((Throwable) next);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void write(byte... bytes) throws IOException {
        await(netty.writeAndFlush(Unpooled.wrappedBuffer(bytes)));
    }

    @Override
    public void shutdownInput() throws IOException {
        await(netty.shutdownInput());
    }

    @Override
    public void shutdownOutput() throws IOException {
        await(netty.shutdownOutput());
    }

    @Override
    public void close() throws IOException {
        await(netty.close());
    }
}
