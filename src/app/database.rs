//! The browser's databases: values under numbers.

use idb::builder::ObjectStoreBuilder;
use idb::{Database, Error, TransactionMode};
use wasm_bindgen::JsValue;

/// Where values lie.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    /// Name of the database.
    pub database: &'static str,
    /// Its only store.
    pub store: &'static str,
}

async fn open(Shelf { database, store }: Shelf) -> Result<Database, Error> {
    Database::builder(database).version(1).add_object_store(ObjectStoreBuilder::new(store)).build().await
}

/// Puts a value under a key, or takes away what is there.
///
/// # Errors
/// What the browser says.
pub async fn write(shelf: Shelf, key: &JsValue, value: Option<JsValue>) -> Result<(), Error> {
    let database = open(shelf).await?;
    let transaction = database.transaction(&[shelf.store], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(shelf.store)?;
    let outcome = match value {
        Some(value) => store.put(&value, Some(key))?.await.map(|_| ()),
        None => store.delete(key.clone())?.await,
    };
    let committed = match outcome {
        Ok(()) => transaction.commit()?.await.map(|_| ()),
        Err(error) => Err(error),
    };
    database.close();
    committed
}

/// All values.
///
/// # Errors
/// What the browser says.
pub async fn read(shelf: Shelf) -> Result<Vec<JsValue>, Error> {
    let database = open(shelf).await?;
    let transaction = database.transaction(&[shelf.store], TransactionMode::ReadOnly)?;
    let values = transaction.object_store(shelf.store)?.get_all(None, None)?.await?;
    database.close();
    Ok(values)
}
