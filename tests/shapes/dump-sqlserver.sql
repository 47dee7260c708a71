USE [Billing]
GO
SET IDENTITY_INSERT [dbo].[Usage] ON
GO
INSERT [dbo].[Usage] ([Id], [UsedAt], [Credits], [Feature]) VALUES (1, CAST(N'2026-05-01T16:51:28.000' AS DateTime), CAST(12.00 AS Decimal(18, 2)), N'OCR')
GO
INSERT [dbo].[Usage] ([Id], [UsedAt], [Credits], [Feature]) VALUES (2, CAST(N'2026-05-02T06:26:59.000' AS DateTime), CAST(39.50 AS Decimal(18, 2)), N'OCR')
GO
SET IDENTITY_INSERT [dbo].[Usage] OFF
GO
