package io.ephemera.examples;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A channel for each call, closed after the answer; or one channel for all. */
public final class Example6Netty implements Calls, AutoCloseable {

    private static final int LONGEST_ANSWER_BYTES = 65_536;

    private final URI service;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    private final Bootstrap bootstrap = new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline()
                            .addLast(
                                    new HttpClientCodec(),
                                    new HttpObjectAggregator(LONGEST_ANSWER_BYTES),
                                    new SimpleChannelInboundHandler<FullHttpResponse>() {
                                        @Override
                                        protected void channelRead0(
                                                ChannelHandlerContext context, FullHttpResponse response) {
                                            answers.add(response.status().code());
                                        }
                                    });
                }
            });

    public Example6Netty(URI service) {
        this.service = service;
    }

    @Override
    public void leaking(int calls) throws InterruptedException {
        for (int i = 0; i < calls; i++) {
            Channel channel = connect();
            get(channel);
            channel.close().sync();
        }
    }

    /** One channel for all calls; an application would take it from a {@code ChannelPool}. */
    @Override
    public void mended(int calls) throws InterruptedException {
        Channel channel = connect();
        for (int i = 0; i < calls; i++) {
            get(channel);
        }
        channel.close().sync();
    }

    private Channel connect() throws InterruptedException {
        return bootstrap.connect(service.getHost(), service.getPort()).sync().channel();
    }

    private void get(Channel channel) throws InterruptedException {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        request.headers().set(HttpHeaderNames.HOST, service.getHost());
        channel.writeAndFlush(request).sync();
        answers.take();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
