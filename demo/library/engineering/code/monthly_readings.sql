-- Active loggers per customer and month, the basis of the Tideline invoice.
-- A logger is active if it sent readings on at least 3 different days of the month.
-- (Sales promised this in 2023; one day was the rule before.)
SELECT
    customer_id,
    toStartOfMonth(at) AS month,
    uniqExact(logger_id) AS active_loggers
FROM (
    SELECT customer_id, logger_id, toStartOfMonth(at) AS at, uniqExact(toDate(at)) AS days
    FROM readings FINAL
    WHERE at >= {from:DateTime} AND at < {to:DateTime}
      -- Loggers in our own climate chambers belong to customer 1 and are never billed.
      AND customer_id != 1
    GROUP BY customer_id, logger_id, at
)
WHERE days >= 3
GROUP BY customer_id, month
ORDER BY customer_id, month;
