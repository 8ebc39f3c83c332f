//! Devices of other processes and machines, and the server that lends them: burn's remote backend over WebSocket.
//!
//! WebSocket is not encrypted and the server asks for no password: it is for one machine or a trusted network.

use super::{CliError, Context};
use burn::tensor::Device;
use std::net::IpAddr;
use std::time::Duration;

/// Arguments of `serve-device`.
#[derive(Debug, clap::Args)]
pub struct ServeArguments {
    /// Port to listen on; 0 takes a free one.
    #[arg(long)]
    port: u16,
    /// Address to listen on; 0.0.0.0 lets other machines of a trusted network in.
    #[arg(long, default_value = "127.0.0.1")]
    bind: IpAddr,
}

/// Connects to the device that is lent at `address` (`host:port`), which has to answer within `limit`.
///
/// # Errors
/// [`CliError::Remote`] where nothing answers there or something else than a server of the same version,
/// [`CliError::NoDevice`] where the program was built without the feature `remote`.
#[cfg(not(feature = "remote"))]
pub fn connect(_address: &str, _limit: Duration) -> Result<Device, CliError> {
    Err(CliError::NoDevice { device: "remote" })
}

/// Lends the first device until the program is ended.
///
/// # Errors
/// As [`connect`].
#[cfg(not(feature = "remote"))]
pub fn serve(arguments: &ServeArguments, _context: &Context) -> Result<(), CliError> {
    let ServeArguments { port: _, bind: _ } = arguments;
    Err(CliError::NoDevice { device: "remote" })
}

#[cfg(feature = "remote")]
pub use with_burn::{connect, serve};

#[cfg(feature = "remote")]
mod with_burn {
    use super::{CliError, Context, Device, Duration, ServeArguments};
    use crate::cli::report::{print_json, print_line};
    use burn::remote::{ConnectError, RemoteHost};
    use burn::server::{RemoteServer, WebSocketTransport};
    use std::fmt::Display;
    use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
    use std::sync::mpsc::channel;
    use std::thread;

    /// How long a machine may take to accept a connection.
    const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
    /// How long it may then take to greet, longer than burn goes on trying.
    const GREETING_TIMEOUT: Duration = Duration::from_secs(30);

    /// Connects to the device that is lent at `address` (`host:port`), which has to answer within `limit`.
    ///
    /// # Errors
    /// [`CliError::Remote`] where nothing answers there or something else than a server of the same version.
    pub fn connect(address: &str, limit: Duration) -> Result<Device, CliError> {
        // burn dials again and again for a quarter of a minute; whether anything listens at all is known at once.
        reach(address).map_err(|error| refused(address, error))?;
        let host = RemoteHost::websocket(&format!("ws://{address}"));
        // burn waits for a greeting for ever; a thread that waits in vain ends with the program.
        let (sender, greeting) = channel();
        let dial = move || drop(sender.send(Device::remote_options(&host).init()));
        thread::Builder::new().spawn(dial).map_err(CliError::Thread)?;
        let limit = limit.min(GREETING_TIMEOUT);
        match greeting.recv_timeout(limit) {
            Ok(device) => device.map_err(|error| refused(address, explain(&error))),
            Err(_) => Err(refused(address, format!("nothing was answered for {} s; it may hang", limit.as_secs()))),
        }
    }

    fn reach(address: &str) -> std::io::Result<()> {
        let mut last = std::io::Error::other("the name has no address");
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT_TIMEOUT) {
                Ok(_) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn refused(address: &str, reason: impl Display) -> CliError {
        CliError::Remote { address: address.to_owned(), reason: reason.to_string() }
    }

    /// What burn says, and what to do where both sides are not of the same version.
    fn explain(error: &ConnectError) -> String {
        match error {
            ConnectError::IncompatibleProtocol { .. } | ConnectError::Handshake { .. } => {
                format!("{error}; run the same version of this program on both sides")
            }
            ConnectError::Unreachable { .. } => format!("{error}; another kind of server may be listening there"),
            ConnectError::NoAddress
            | ConnectError::Bind { .. }
            | ConnectError::Interrupted
            | ConnectError::InvalidConfiguration { .. }
            | ConnectError::Unauthorized
            | ConnectError::NoSuchDevice { .. } => error.to_string(),
        }
    }

    /// Lends the first device until the program is ended.
    ///
    /// # Errors
    /// [`CliError::Serve`] where the port is taken.
    pub fn serve(arguments: &ServeArguments, context: &Context) -> Result<(), CliError> {
        let asked = SocketAddr::new(arguments.bind, arguments.port);
        let failed = |reason: String| CliError::Serve { address: asked, reason };
        let listener = TcpListener::bind(asked).map_err(|error| failed(error.to_string()))?;
        let listening = listener.local_addr().map_err(|error| failed(error.to_string()))?;
        if context.json {
            print_json(&Listening { listening, device: &context.device_name })?;
        } else {
            print_line(format!("Lending {} at {listening}; Ctrl+C ends it.", context.device_name))?;
        }
        let server = RemoteServer::new([context.device.clone()]);
        server.serve(WebSocketTransport::from_listener(listener)).map_err(|error| failed(error.to_string()))
    }

    #[derive(serde::Serialize)]
    struct Listening<'a> {
        listening: SocketAddr,
        device: &'a str,
    }
}
