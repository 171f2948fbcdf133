/// Data to back up in tests and demonstrations.
public struct SampleData: Sendable {
    /// The script that makes it, for psql, in an empty database.
    public let script: String

    /// Data of your own.
    public init(script: String) { self.script = script }

    /// A small shop: customers, products, orders and their lines, with keys, indexes, a view and JSON.
    /// - Parameter orders: how many orders; lines are three times as many, customers a tenth.
    public static func shop(orders: Int) -> SampleData {
        let customers = max(10, orders / 10)
        return SampleData(
            script: """
                CREATE TABLE customers (
                    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    name text NOT NULL,
                    email text NOT NULL UNIQUE,
                    preferences jsonb NOT NULL DEFAULT '{}',
                    created_at timestamptz NOT NULL
                );
                CREATE TABLE products (
                    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    name text NOT NULL,
                    price_cents integer NOT NULL CHECK (price_cents > 0)
                );
                CREATE TABLE orders (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    customer_id integer NOT NULL REFERENCES customers,
                    note text,
                    placed_at timestamptz NOT NULL
                );
                CREATE TABLE order_lines (
                    order_id bigint NOT NULL REFERENCES orders,
                    line smallint NOT NULL,
                    product_id integer NOT NULL REFERENCES products,
                    quantity integer NOT NULL,
                    PRIMARY KEY (order_id, line)
                );
                INSERT INTO customers (name, email, preferences, created_at)
                SELECT 'Customer ' || n, 'customer' || n || '@example.com',
                       jsonb_build_object('language', (ARRAY['de', 'en', 'fr'])[1 + n % 3], 'newsletter', n % 2 = 0),
                       timestamptz '2025-01-01 00:00+00' + n * interval '7 minutes'
                FROM generate_series(1, \(customers)) n;
                INSERT INTO products (name, price_cents)
                SELECT 'Product ' || n, 100 + n * 37 % 9900 FROM generate_series(1, 500) n;
                INSERT INTO orders (customer_id, note, placed_at)
                SELECT 1 + n % \(customers), CASE WHEN n % 5 = 0 THEN 'Please ring twice, order ' || md5(n::text) END,
                       timestamptz '2025-06-01 00:00+00' + n * interval '90 seconds'
                FROM generate_series(1, \(orders)) n;
                INSERT INTO order_lines (order_id, line, product_id, quantity)
                SELECT n, line, 1 + (n * 7 + line * 13) % 500, 1 + (n + line) % 4
                FROM generate_series(1, \(orders)) n, generate_series(1, 3) line;
                CREATE INDEX ON orders (customer_id, placed_at);
                CREATE VIEW order_totals AS
                SELECT o.id, c.email, sum(l.quantity * p.price_cents) AS total_cents
                FROM orders o JOIN customers c ON c.id = o.customer_id
                JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id
                GROUP BY o.id, c.email;

                """
        )
    }
}

extension PostgresCluster {
    /// Loads sample data into one of the databases.
    public func load(_ data: SampleData, into database: String) async throws {
        try await run(data.script, in: database)
    }
}
