-- Monthly depreciation per asset class, straight line.
-- Useful life in months is agreed with the auditor (letter of 3 February 2025):
-- laptops 36, climate chambers 120, moulds 60, production machines 96.
WITH life AS (
    SELECT * FROM (VALUES
        ('laptop', 36),
        ('climate_chamber', 120),
        ('mould', 60),
        ('machine', 96)
    ) AS t(asset_class, months)
)
SELECT
    a.asset_class,
    date_trunc('month', d.month) AS month,
    round(sum(a.cost_eur / l.months), 2) AS depreciation_eur
FROM assets AS a
JOIN life AS l USING (asset_class)
CROSS JOIN LATERAL generate_series(
    a.in_service_on,
    a.in_service_on + (l.months - 1) * interval '1 month',
    interval '1 month'
) AS d(month)
-- Assets below 450 euros are expensed at once and never reach this table.
WHERE a.disposed_on IS NULL OR d.month < a.disposed_on
GROUP BY 1, 2
ORDER BY 2, 1;
