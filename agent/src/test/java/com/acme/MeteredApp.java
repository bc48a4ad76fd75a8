package com.acme;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;

/** Waits until its Micrometer shows the pool, and prints two meters. */
public final class MeteredApp {

    private MeteredApp() {}

    public static void main(String[] arguments) throws Exception {
        Metrics.addRegistry(new SimpleMeterRegistry());
        InetSocketAddress crm = CrmServer.start();
        CrmClient.calls(crm, 7);
        while (Search.in(Metrics.globalRegistry)
                        .name("ephemera.connections.threshold")
                        .gauge()
                == null) {
            Thread.onSpinWait();
        }
        System.out.println("opened: "
                + Metrics.globalRegistry
                        .get("ephemera.connections.opened")
                        .functionCounter()
                        .count());
        System.out.println("time_wait: "
                + Metrics.globalRegistry
                        .get("ephemera.ports")
                        .tag("state", "time_wait")
                        .gauge()
                        .value());
    }
}
