using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StoreShip.Tests;

/// <summary>A service that answers no request until the test opens the gate.</summary>
internal sealed class Gate : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ManualResetEventSlim open = new();
    private readonly SemaphoreSlim requests = new(0);
    private readonly string answer;

    internal Gate(string answer = "{\"value\":[]}")
    {
        this.answer = answer;
        listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>A configuration for this service; the access token is not checked.</summary>
    internal string Config =>
        $"{{\"credential\":{{\"type\":\"token\",\"accessToken\":\"x\"}},\"serviceUrl\":\"http://{listener.LocalEndpoint}/\",\"limit\":{{\"perMinute\":0}}}}";

    /// <summary>Waits until a request has arrived that no earlier call waited for.</summary>
    internal void WaitForRequest() => requests.Wait();

    /// <summary>Answers the requests that have arrived, and all later ones at once.</summary>
    internal void Open() => open.Set();

    public void Dispose()
    {
        open.Set();
        listener.Stop();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient connection = listener.AcceptTcpClient();
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            // The gate was disposed.
        }
    }

    private void Serve(TcpClient connection)
    {
        try
        {
            using (connection)
            using (NetworkStream stream = connection.GetStream())
            {
                var reader = new StreamReader(stream);
                while (reader.ReadLine() is string line)
                {
                    if (line.Length > 0)
                    {
                        continue;
                    }
                    requests.Release();
                    open.Wait();
                    byte[] body = Encoding.UTF8.GetBytes(answer);
                    string head = $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
                    // In one write: the second of two small ones would wait for the acknowledgement of the first.
                    stream.Write([.. Encoding.ASCII.GetBytes(head), .. body]);
                }
            }
        }
        catch (IOException)
        {
            // The client has closed the connection.
        }
    }
}
