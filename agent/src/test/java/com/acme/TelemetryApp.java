package com.acme;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;

/** Sets OpenTelemetry up after its first connections, waits until that shows the pool, and prints what it shows. */
public final class TelemetryApp {

    private TelemetryApp() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("set up before: " + GlobalOpenTelemetry.isSet());
        InetSocketAddress crm = CrmServer.start();
        CrmClient.calls(crm, 7);
        InMemoryMetricReader reader = InMemoryMetricReader.create();
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(reader).build())
                .build());
        Collection<MetricData> all = List.of();
        while (all.stream().noneMatch(metric -> metric.getName().equals("system.network.connection.count"))) {
            all = reader.collectAllMetrics();
        }
        for (MetricData metric : all) {
            metric.getData()
                    .getPoints()
                    .forEach(point -> System.out.println(metric.getName() + " " + point.getAttributes() + " " + point));
        }
    }
}
