package com.acme;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;

/** Connects natively, past the JDK's socket classes, and ends with the connection open. */
public final class NativeApp {

    private NativeApp() {}

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress crm = CrmServer.start();
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        Channel channel = new Bootstrap()
                .group(group)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(crm)
                .sync()
                .channel();
        System.out.println("connected: " + channel.isActive());
        System.exit(0);
    }
}
