using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeCache.Metrics;

/// <summary>
/// Sends metrics and traces by OTLP when the standard variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector; the other OTEL variables hold as the specification says. Without it
/// nothing is collected twice and nothing leaves the process.
/// </summary>
internal sealed class Telemetry : IDisposable
{
    /// <summary>Names the collector.</summary>
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private Telemetry()
    {
        var resource = ResourceBuilder.CreateDefault().AddService("edgecache", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3));
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(ChangeTraces.SourceName).AddOtlpExporter().Build();
        _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter("EdgeCache*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel").AddOtlpExporter().Build();
    }

    /// <summary>Null when no collector is named.</summary>
    public static Telemetry? Start() => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? null : new Telemetry();

    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }
}
