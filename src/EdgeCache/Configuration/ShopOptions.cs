using System.ComponentModel.DataAnnotations;

namespace EdgeCache.Configuration;

/// <summary>The demonstration shop.</summary>
internal sealed class ShopOptions
{
    /// <summary>Where it listens.</summary>
    [Required(ErrorMessage = "the shop needs an address | http://IP:PORT"), Address(AddressKind.HttpListener)]
    public string Listen { get; set; } = "http://127.0.0.1:8090";

    /// <summary>The admin API that its save form purges through.</summary>
    [Address(AddressKind.HttpServer)]
    public string Admin { get; set; } = "http://127.0.0.1:9080";
}
